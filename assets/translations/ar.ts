<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ar" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Question {n} of {of}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Please read the question. It can&apos;t be spoken right now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Please listen to the question.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take a moment to think. Your answer starts by itself, or when you press the button.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Please answer now. You can finish earlier.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>I&apos;m done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start answering</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Repeat the question (%Ln left)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Repeat the question (none left)</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%Ln hour(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln minute(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln second(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{first} {second}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{span} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{gb} GB, {hours} h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not enrolled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} held up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} ({m} chunks)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The proctor ended it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The kiosk was switched off.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The kiosk was away for too long.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something on this kiosk did not work.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>We can&apos;t hear you well. Please wait, or tell the proctor. The recording goes on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>We can&apos;t see you right now. Your answer is still recorded as sound.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You may not hear the question. Please read it here.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CodeEditor</name>
    <message>
        <source>Your code. Escape leaves the editor, Ctrl+Enter finishes.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CodingScreen</name>
    <message>
        <source>The task</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ctrl+Enter: I&apos;m done.  Escape: leave the editor.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Repeat the question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start answering</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Please read the task.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Please listen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take a moment to think.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write your answer, and say what you think.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ConsentScreen</name>
    <message>
        <source>Before we begin, please read this</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consent text, version {v}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version {v}. You can stop at any time: tell the proctor.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>I don&apos;t agree</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>I agree</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EndingScreen</name>
    <message>
        <source>Finish</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FailedScreen</name>
    <message>
        <source>The interview had to stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For the proctor</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something on this kiosk does not work.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What you said until then is stored. It is not your fault.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was recorded. It is not your fault.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Please stay here and tell the proctor.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FinishingScreen</name>
    <message>
        <source>Storing your interview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What you said is being stored. This takes a moment.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>Very loud</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>We hear you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quiet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Microphone: {word}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PausedScreen</name>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No picture and no sound of you are recorded now. The proctor will go on with you. The question will be asked again.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PreparingScreen</name>
    <message>
        <source>Getting ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The camera and the microphone are being prepared. The first question comes in a few seconds.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProctorPanel</name>
    <message>
        <source>Problems</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recording</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Safe on disk up to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Disk free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frames dropped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gaps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chunks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Candidate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Candidate number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the interview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The interview failed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An interview was cut off. It can go on, or end here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready. Nothing is being recorded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused. Nobody is seen or heard in the recording.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is being recorded, but something is wrong.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All is well. The interview is being recorded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for consent. Nothing is being recorded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The devices are being prepared.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recording was interrupted and is being started again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recording is starting.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recording is being finished.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The interview is stored.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The candidate did not agree. Nothing was recorded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title}, candidate {candidate}, was cut off at question {n} of {count}. What was recorded until then is stored.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resuming</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Answering</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finishing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Incomplete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on at question {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>End it here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to welcome</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Press again to stop</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QuestionScreen</name>
    <message>
        <source>Repeat the question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start answering</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RecPill</name>
    <message>
        <source>REC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not recording</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RefusedScreen</name>
    <message>
        <source>That is all right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You did not agree to a recording, so nothing was recorded.

Please tell the proctor. You can talk about another way to do the interview.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ResumingScreen</name>
    <message>
        <source>One moment, please</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recording was interrupted and is being started again. What you said until then is stored. Your question will be asked again.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SelfView</name>
    <message>
        <source>Your picture, as in a mirror</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No picture</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>listen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>think</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before we begin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One moment, please</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Storing your interview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thank you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is recorded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The interview had to stop</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ThanksScreen</name>
    <message>
        <source>Thank you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receipt number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The interview ended early. {why}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was recorded until then is stored.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your interview is complete and stored on this kiosk. You can go now.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Your answer starts in {span}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is recorded before you agree.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WelcomeScreen</name>
    <message>
        <source>Welcome</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You will hear a few questions and answer them at your own pace. Before anything is recorded, we ask for your agreement.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Candidate number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Begin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your candidate number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your interview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no interview on this kiosk yet. Please tell the proctor.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Please type your candidate number. It is in your invitation.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
