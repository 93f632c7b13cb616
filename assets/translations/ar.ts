<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ar" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>Practice question. Nothing of it is kept.</source>
        <translation>سؤال للتدريب. لا يُحفظ منه شيء.</translation>
    </message>
    <message>
        <source>Question {n} of {of}</source>
        <translation>السؤال {n} من {of}</translation>
    </message>
    <message>
        <source>Please read the question.</source>
        <translation>من فضلك اقرأ السؤال.</translation>
    </message>
    <message>
        <source>Please read the question. It can&apos;t be spoken right now.</source>
        <translation>من فضلك اقرأ السؤال. لا يمكن نطقه الآن.</translation>
    </message>
    <message>
        <source>Please listen to the question.</source>
        <translation>من فضلك استمع إلى السؤال.</translation>
    </message>
    <message>
        <source>Take your time to think. Press the button when you want to begin.</source>
        <translation>خذ وقتك في التفكير. اضغط الزر حين تريد أن تبدأ.</translation>
    </message>
    <message>
        <source>Take a moment to think. Your answer starts by itself, or when you press the button.</source>
        <translation>خذ لحظة للتفكير. تبدأ إجابتك تلقائيًا، أو حين تضغط الزر.</translation>
    </message>
    <message>
        <source>Please answer now. Press the button when you are done.</source>
        <translation>أجب الآن من فضلك. اضغط الزر حين تنتهي.</translation>
    </message>
    <message>
        <source>The time is nearly over. Finish your sentence; after that we go on by ourselves.</source>
        <translation>أوشك الوقت أن ينتهي. أكمل جملتك، ثم نواصل تلقائيًا.</translation>
    </message>
    <message>
        <source>Please answer now. You can finish earlier.</source>
        <translation>أجب الآن من فضلك. يمكنك أن تنتهي قبل ذلك.</translation>
    </message>
    <message>
        <source>I&apos;m done</source>
        <translation>انتهيت</translation>
    </message>
    <message>
        <source>Start answering</source>
        <translation>ابدأ الإجابة</translation>
    </message>
    <message numerus="yes">
        <source>Repeat the question (%Ln left)</source>
        <translation>
            <numerusform>تكرار السؤال (لم يبقَ شيء)</numerusform>
            <numerusform>تكرار السؤال (بقيت مرة واحدة)</numerusform>
            <numerusform>تكرار السؤال (بقيت مرتان)</numerusform>
            <numerusform>تكرار السؤال (بقيت %Ln مرات)</numerusform>
            <numerusform>تكرار السؤال (بقيت %Ln مرة)</numerusform>
            <numerusform>تكرار السؤال (بقيت %Ln مرة)</numerusform>
        </translation>
    </message>
    <message>
        <source>Repeat the question (none left)</source>
        <translation>تكرار السؤال (لم يبقَ شيء)</translation>
    </message>
    <message>
        <source>I need more time: {span} more</source>
        <translation>أحتاج إلى مزيد من الوقت: {span} إضافية</translation>
    </message>
    <message numerus="yes">
        <source>%Ln hour(s)</source>
        <translation>
            <numerusform>%Ln ساعة</numerusform>
            <numerusform>ساعة واحدة</numerusform>
            <numerusform>ساعتان</numerusform>
            <numerusform>%Ln ساعات</numerusform>
            <numerusform>%Ln ساعة</numerusform>
            <numerusform>%Ln ساعة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln minute(s)</source>
        <translation>
            <numerusform>%Ln دقيقة</numerusform>
            <numerusform>دقيقة واحدة</numerusform>
            <numerusform>دقيقتان</numerusform>
            <numerusform>%Ln دقائق</numerusform>
            <numerusform>%Ln دقيقة</numerusform>
            <numerusform>%Ln دقيقة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln second(s)</source>
        <translation>
            <numerusform>%Ln ثانية</numerusform>
            <numerusform>ثانية واحدة</numerusform>
            <numerusform>ثانيتان</numerusform>
            <numerusform>%Ln ثوانٍ</numerusform>
            <numerusform>%Ln ثانية</numerusform>
            <numerusform>%Ln ثانية</numerusform>
        </translation>
    </message>
    <message>
        <source>{first} {second}</source>
        <translation>{first} و{second}</translation>
    </message>
    <message>
        <source>{span} left</source>
        <translation>بقي {span}</translation>
    </message>
    <message>
        <source>{gb} GB, {hours} h</source>
        <translation>{gb} غيغابايت، {hours} ساعة</translation>
    </message>
    <message>
        <source>not enrolled</source>
        <translation>غير مسجَّل لدى خادم</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>لا شيء</translation>
    </message>
    <message>
        <source>{n} held up</source>
        <translation>{n} متوقفة</translation>
    </message>
    <message>
        <source>{n} ({m} chunks)</source>
        <translation>{n} ({m} جزءًا)</translation>
    </message>
    <message>
        <source>The proctor ended it.</source>
        <translation>أنهاها المشرف.</translation>
    </message>
    <message>
        <source>The kiosk was switched off.</source>
        <translation>أُطفئ الجهاز.</translation>
    </message>
    <message>
        <source>The kiosk was away for too long.</source>
        <translation>غاب الجهاز وقتًا طويلًا.</translation>
    </message>
    <message>
        <source>Something on this kiosk did not work.</source>
        <translation>لم يعمل شيء في هذا الجهاز.</translation>
    </message>
    <message>
        <source>Are you still there? Touch the screen or press a key. Take all the time you need.</source>
        <translation>هل ما زلت هنا؟ المس الشاشة أو اضغط أي مفتاح. خذ كل ما تحتاج من وقت.</translation>
    </message>
    <message>
        <source>The proctor has been called. You can go on.</source>
        <translation>استُدعي المشرف. يمكنك أن تواصل.</translation>
    </message>
    <message>
        <source>The proctor has been called. Please wait here.</source>
        <translation>استُدعي المشرف. من فضلك انتظر هنا.</translation>
    </message>
    <message>
        <source>{what} Please wait, the proctor has been called.</source>
        <translation>{what} من فضلك انتظر، فقد استُدعي المشرف.</translation>
    </message>
    <message>
        <source>{what} {next}</source>
        <translation>{what} {next}</translation>
    </message>
    <message>
        <source>We can&apos;t hear you.</source>
        <translation>لا نسمعك.</translation>
    </message>
    <message>
        <source>Please check that the microphone is not covered. The recording goes on.</source>
        <translation>من فضلك تأكد أن لا شيء يغطي الميكروفون. التسجيل مستمر.</translation>
    </message>
    <message>
        <source>We can&apos;t see you right now.</source>
        <translation>لا نراك الآن.</translation>
    </message>
    <message>
        <source>Please go on. Your answer is recorded as sound.</source>
        <translation>من فضلك واصل. إجابتك تُسجَّل صوتًا.</translation>
    </message>
    <message>
        <source>You may not hear the question.</source>
        <translation>قد لا تسمع السؤال.</translation>
    </message>
    <message>
        <source>Please read it here.</source>
        <translation>من فضلك اقرأه هنا.</translation>
    </message>
    <message>
        <source>The recording was interrupted and goes on now.</source>
        <translation>انقطع التسجيل وهو يستمر الآن.</translation>
    </message>
    <message>
        <source>What you said until then is stored.</source>
        <translation>ما قلته حتى ذلك الحين محفوظ.</translation>
    </message>
    <message>
        <source>Something on this kiosk needs a look.</source>
        <translation>شيء في هذا الجهاز يحتاج إلى نظرة.</translation>
    </message>
    <message>
        <source>Please go on; you need not do anything.</source>
        <translation>من فضلك واصل، ولا حاجة إلى فعل شيء.</translation>
    </message>
    <message>
        <source>Please check that the microphone is not covered.</source>
        <translation>من فضلك تأكد أن لا شيء يغطي الميكروفون.</translation>
    </message>
    <message>
        <source>We can&apos;t see you.</source>
        <translation>لا نراك.</translation>
    </message>
    <message>
        <source>Please check that nothing covers the camera.</source>
        <translation>من فضلك تأكد أن لا شيء يغطي الكاميرا.</translation>
    </message>
    <message>
        <source>The loudspeaker may not work.</source>
        <translation>قد لا تعمل السماعة.</translation>
    </message>
    <message>
        <source>You will be able to read every question.</source>
        <translation>ستتمكن من قراءة كل سؤال.</translation>
    </message>
    <message>
        <source>Something was interrupted and goes on now.</source>
        <translation>انقطع شيء وهو يستمر الآن.</translation>
    </message>
    <message>
        <source>Please wait a moment.</source>
        <translation>من فضلك انتظر لحظة.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln question(s)</source>
        <translation>
            <numerusform>لا أسئلة</numerusform>
            <numerusform>سؤال واحد</numerusform>
            <numerusform>سؤالان</numerusform>
            <numerusform>%Ln أسئلة</numerusform>
            <numerusform>%Ln سؤالًا</numerusform>
            <numerusform>%Ln سؤال</numerusform>
        </translation>
    </message>
    <message>
        <source>The interview failed.</source>
        <translation>تعذّرت المقابلة.</translation>
    </message>
    <message>
        <source>Paused. Nobody is seen or heard in the recording.</source>
        <translation>متوقفة مؤقتًا. لا يُرى أحد ولا يُسمع في التسجيل.</translation>
    </message>
    <message>
        <source>The check has found something wrong. Nothing is being recorded.</source>
        <translation>وجد الفحص خللًا. لا يُسجَّل شيء.</translation>
    </message>
    <message>
        <source>The candidate tries the devices. Nothing is being recorded.</source>
        <translation>المتقدم يجرّب الأجهزة. لا يُسجَّل شيء.</translation>
    </message>
    <message>
        <source>The candidate confirms who they are. Nothing is being recorded.</source>
        <translation>المتقدم يؤكد هويته. لا يُسجَّل شيء.</translation>
    </message>
    <message>
        <source>Waiting for consent. Nothing is being recorded.</source>
        <translation>في انتظار الموافقة. لا يُسجَّل شيء.</translation>
    </message>
    <message>
        <source>Ready to begin. Nothing is being recorded.</source>
        <translation>جاهز للبدء. لا يُسجَّل شيء.</translation>
    </message>
    <message>
        <source>The devices are being prepared.</source>
        <translation>تُجهَّز الأجهزة.</translation>
    </message>
    <message>
        <source>The recording was interrupted and is being started again.</source>
        <translation>انقطع التسجيل ويُبدأ من جديد.</translation>
    </message>
    <message>
        <source>The recording is starting.</source>
        <translation>يبدأ التسجيل.</translation>
    </message>
    <message>
        <source>The recording is being finished.</source>
        <translation>يُختتم التسجيل.</translation>
    </message>
    <message>
        <source>The interview is stored.</source>
        <translation>المقابلة محفوظة.</translation>
    </message>
    <message>
        <source>The candidate did not agree. Nothing was recorded.</source>
        <translation>لم يوافق المتقدم. لم يُسجَّل شيء.</translation>
    </message>
    <message>
        <source>The candidate asks for you.</source>
        <translation>المتقدم يطلبك.</translation>
    </message>
    <message>
        <source>Nobody has moved or spoken for a long time.</source>
        <translation>لم يتحرك أحد ولم يتكلم منذ وقت طويل.</translation>
    </message>
    <message>
        <source>The candidate did not agree and waits for you.</source>
        <translation>لم يوافق المتقدم وهو ينتظرك.</translation>
    </message>
    <message>
        <source>A device does not work, and the candidate has been told that you come.</source>
        <translation>جهاز لا يعمل، وقد قيل للمتقدم إنك قادم.</translation>
    </message>
    <message>
        <source>The candidate cannot get through the check.</source>
        <translation>لا يستطيع المتقدم إتمام الفحص.</translation>
    </message>
    <message>
        <source>An interview was cut off. It can go on, or end here.</source>
        <translation>انقطعت مقابلة. يمكن أن تستمر أو تنتهي هنا.</translation>
    </message>
    <message>
        <source>Not ready. Nothing is being recorded.</source>
        <translation>غير جاهز. لا يُسجَّل شيء.</translation>
    </message>
    <message>
        <source>The devices are being tried. Nothing is being recorded.</source>
        <translation>تُجرَّب الأجهزة. لا يُسجَّل شيء.</translation>
    </message>
    <message>
        <source>The devices have not been tried yet. Nothing is being recorded.</source>
        <translation>لم تُجرَّب الأجهزة بعد. لا يُسجَّل شيء.</translation>
    </message>
    <message>
        <source>Ready. Nothing is being recorded.</source>
        <translation>جاهز. لا يُسجَّل شيء.</translation>
    </message>
    <message>
        <source>Not recording.</source>
        <translation>لا تسجيل.</translation>
    </message>
    <message>
        <source>It is being recorded, but something is wrong.</source>
        <translation>يُسجَّل، لكن هناك خلل.</translation>
    </message>
    <message>
        <source>All is well. The interview is being recorded.</source>
        <translation>كل شيء على ما يرام. المقابلة تُسجَّل.</translation>
    </message>
    <message>
        <source>Not recording: the recorder failed.</source>
        <translation>لا تسجيل: أخفق المسجِّل.</translation>
    </message>
    <message>
        <source>Perhaps not recording: the recorder does not answer.</source>
        <translation>ربما لا تسجيل: المسجِّل لا يجيب.</translation>
    </message>
    <message>
        <source>{title}, candidate {candidate}, was cut off at question {n} of {count}. What was recorded until then is stored.</source>
        <translation>انقطعت «{title}»، المتقدم {candidate}، عند السؤال {n} من {count}. ما سُجِّل حتى ذلك الحين محفوظ.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln attempt(s) to leave the kiosk since this panel was open last.</source>
        <translation>
            <numerusform>لا محاولات لمغادرة الجهاز منذ آخر فتح لهذه اللوحة.</numerusform>
            <numerusform>محاولة واحدة لمغادرة الجهاز منذ آخر فتح لهذه اللوحة.</numerusform>
            <numerusform>محاولتان لمغادرة الجهاز منذ آخر فتح لهذه اللوحة.</numerusform>
            <numerusform>%Ln محاولات لمغادرة الجهاز منذ آخر فتح لهذه اللوحة.</numerusform>
            <numerusform>%Ln محاولةً لمغادرة الجهاز منذ آخر فتح لهذه اللوحة.</numerusform>
            <numerusform>%Ln محاولة لمغادرة الجهاز منذ آخر فتح لهذه اللوحة.</numerusform>
        </translation>
    </message>
    <message>
        <source>No PIN is set: anybody who finds this panel can use it. Please set one in the configuration.</source>
        <translation>لم يُحدَّد رمز: كل من يجد هذه اللوحة يستطيع استخدامها. من فضلك حدّد رمزًا في الإعدادات.</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>شاشة الترحيب</translation>
    </message>
    <message>
        <source>Confirming</source>
        <translation>التأكيد</translation>
    </message>
    <message>
        <source>Consent</source>
        <translation>الموافقة</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>الفحص</translation>
    </message>
    <message>
        <source>Check: camera</source>
        <translation>الفحص: الكاميرا</translation>
    </message>
    <message>
        <source>Check: loudspeaker</source>
        <translation>الفحص: السماعة</translation>
    </message>
    <message>
        <source>Check: microphone</source>
        <translation>الفحص: الميكروفون</translation>
    </message>
    <message>
        <source>Check: speaking</source>
        <translation>الفحص: الكلام</translation>
    </message>
    <message>
        <source>Check: playback</source>
        <translation>الفحص: الإعادة</translation>
    </message>
    <message>
        <source>Check: heard</source>
        <translation>الفحص: النتيجة</translation>
    </message>
    <message>
        <source>Practice</source>
        <translation>التدريب</translation>
    </message>
    <message>
        <source>Practice: asking</source>
        <translation>التدريب: السؤال</translation>
    </message>
    <message>
        <source>Practice: answer</source>
        <translation>التدريب: الإجابة</translation>
    </message>
    <message>
        <source>Practice: playback</source>
        <translation>التدريب: الإعادة</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>جاهز</translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation>تجهيز</translation>
    </message>
    <message>
        <source>Resuming</source>
        <translation>استئناف</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>بدء</translation>
    </message>
    <message>
        <source>Asking</source>
        <translation>طرح السؤال</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>تفكير</translation>
    </message>
    <message>
        <source>Answering</source>
        <translation>إجابة</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>متوقفة مؤقتًا</translation>
    </message>
    <message>
        <source>Finishing</source>
        <translation>اختتام</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>انتهت</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>رُفضت</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>تعذّرت</translation>
    </message>
    <message>
        <source>Not yet</source>
        <translation>ليس بعد</translation>
    </message>
    <message>
        <source>Just now</source>
        <translation>الآن</translation>
    </message>
    <message>
        <source>All work</source>
        <translation>كلها تعمل</translation>
    </message>
    <message>
        <source>See below</source>
        <translation>انظر أدناه</translation>
    </message>
    <message>
        <source>We could not hear you well</source>
        <translation>لم نسمعك جيدًا</translation>
    </message>
    <message>
        <source>Did you hear yourself?</source>
        <translation>هل سمعت نفسك؟</translation>
    </message>
    <message>
        <source>Please check that nothing covers the microphone, sit a little nearer, and try once more. If it stays like this, the proctor will help you.</source>
        <translation>من فضلك تأكد أن لا شيء يغطي الميكروفون، واقترب قليلًا، وحاول مرة أخرى. وإن بقي الأمر كذلك فسيساعدك المشرف.</translation>
    </message>
    <message>
        <source>It can be understood. If you like, sit a little nearer and try once more.</source>
        <translation>الكلام مفهوم. إن أردت فاقترب قليلًا وحاول مرة أخرى.</translation>
    </message>
    <message>
        <source>All is well. If you could not hear it, try once more or tell the proctor.</source>
        <translation>كل شيء على ما يرام. إن لم تسمعه فحاول مرة أخرى أو أخبر المشرف.</translation>
    </message>
    <message>
        <source>Not recording</source>
        <translation>لا تسجيل</translation>
    </message>
    <message>
        <source>Ready, not recording</source>
        <translation>جاهز، لا تسجيل</translation>
    </message>
    <message>
        <source>The recording starts</source>
        <translation>يبدأ التسجيل</translation>
    </message>
    <message>
        <source>The recording is being stored</source>
        <translation>يُحفظ التسجيل</translation>
    </message>
    <message>
        <source>Playing back, not recording</source>
        <translation>إعادة تشغيل، لا تسجيل</translation>
    </message>
    <message>
        <source>The recording is finished</source>
        <translation>انتهى التسجيل</translation>
    </message>
    <message>
        <source>Not recording: the disk does not keep up</source>
        <translation>لا تسجيل: القرص لا يلحق</translation>
    </message>
    <message>
        <source>Sound only: the camera is lost</source>
        <translation>صوت فقط: فُقدت الكاميرا</translation>
    </message>
    <message>
        <source>Picture only: the microphone is lost</source>
        <translation>صورة فقط: فُقد الميكروفون</translation>
    </message>
    <message>
        <source>Not recording: camera and microphone are lost</source>
        <translation>لا تسجيل: فُقدت الكاميرا والميكروفون</translation>
    </message>
    <message>
        <source>Perhaps not recording</source>
        <translation>ربما لا تسجيل</translation>
    </message>
    <message>
        <source>Nothing is kept</source>
        <translation>لا يُحفظ شيء</translation>
    </message>
    <message>
        <source>The camera does not work.</source>
        <translation>الكاميرا لا تعمل.</translation>
    </message>
    <message>
        <source>The microphone does not work.</source>
        <translation>الميكروفون لا يعمل.</translation>
    </message>
    <message>
        <source>The loudspeaker does not work.</source>
        <translation>مكبر الصوت لا يعمل.</translation>
    </message>
    <message>
        <source>There is no more room for the recording.</source>
        <translation>لم يعد هناك متّسع للتسجيل.</translation>
    </message>
    <message>
        <source>A device of this kiosk does not work.</source>
        <translation>إحدى أدوات هذا الجهاز لا تعمل.</translation>
    </message>
    <message>
        <source>The voice of this kiosk does not work.</source>
        <translation>صوت هذا الجهاز لا يعمل.</translation>
    </message>
    <message>
        <source>Something on this kiosk does not work.</source>
        <translation>شيء في هذا الجهاز لا يعمل.</translation>
    </message>
    <message>
        <source>; also, </source>
        <translation>؛ كذلك </translation>
    </message>
    <message>
        <source>the camera</source>
        <translation>الكاميرا</translation>
    </message>
    <message>
        <source>the microphone</source>
        <translation>الميكروفون</translation>
    </message>
    <message>
        <source>the loudspeaker</source>
        <translation>السماعة</translation>
    </message>
</context>
<context>
    <name>AbortForm</name>
    <message>
        <source>Abort the interview: why?</source>
        <translation>إلغاء المقابلة: لماذا؟</translation>
    </message>
    <message>
        <source>The candidate wants to end it.</source>
        <translation>المتقدم يريد إنهاءها.</translation>
    </message>
    <message>
        <source>The candidate does not feel well.</source>
        <translation>المتقدم متوعك.</translation>
    </message>
    <message>
        <source>The candidate does not come back.</source>
        <translation>لم يعد المتقدم.</translation>
    </message>
    <message>
        <source>The kiosk does not work.</source>
        <translation>الجهاز لا يعمل.</translation>
    </message>
    <message>
        <source>The rules were not kept.</source>
        <translation>لم تُراعَ القواعد.</translation>
    </message>
    <message>
        <source>Press again to abort</source>
        <translation>اضغط مرة أخرى للإلغاء</translation>
    </message>
    <message>
        <source>Abort the interview</source>
        <translation>إلغاء المقابلة</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Start</source>
        <translation>بدء</translation>
    </message>
    <message>
        <source>1 minute more</source>
        <translation>دقيقة إضافية</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>السؤال السابق</translation>
    </message>
    <message>
        <source>Again: go back</source>
        <translation>مرة أخرى: السابق</translation>
    </message>
    <message>
        <source>Repeat</source>
        <translation>تكرار</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>ملاحظة</translation>
    </message>
    <message>
        <source>Abort</source>
        <translation>إلغاء المقابلة</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>الأجهزة</translation>
    </message>
    <message>
        <source>Rehearse</source>
        <translation>تجربة كاملة</translation>
    </message>
    <message>
        <source>Accommodations</source>
        <translation>التسهيلات</translation>
    </message>
    <message>
        <source>Leave the kiosk</source>
        <translation>مغادرة البرنامج</translation>
    </message>
    <message>
        <source>Again: leave</source>
        <translation>مرة أخرى: مغادرة</translation>
    </message>
    <message>
        <source>Shut down</source>
        <translation>إطفاء الجهاز</translation>
    </message>
    <message>
        <source>Again: shut down</source>
        <translation>مرة أخرى: إطفاء</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Go on at question {n}</source>
        <translation>متابعة من السؤال {n}</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>متابعة</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>إيقاف مؤقت</translation>
    </message>
    <message>
        <source>Skip the check</source>
        <translation>تخطي الفحص</translation>
    </message>
    <message>
        <source>Skip the question</source>
        <translation>تخطي السؤال</translation>
    </message>
    <message>
        <source>Again: skip</source>
        <translation>مرة أخرى: تخطٍّ</translation>
    </message>
    <message>
        <source>Back to welcome</source>
        <translation>إلى شاشة الترحيب</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>إنهاء</translation>
    </message>
    <message>
        <source>End it here</source>
        <translation>إنهاؤها هنا</translation>
    </message>
    <message>
        <source>Again: stop</source>
        <translation>مرة أخرى: إنهاء</translation>
    </message>
</context>
<context>
    <name>CameraScreen</name>
    <message>
        <source>Check, step 1 of 3</source>
        <translation>الفحص، الخطوة ١ من ٣</translation>
    </message>
    <message>
        <source>Can you see yourself?</source>
        <translation>هل ترى نفسك؟</translation>
    </message>
    <message>
        <source>Sit so that your head is inside the dashed line, with light on your face. Nothing is recorded. Your picture is mirrored here only, not in the recording.</source>
        <translation>اجلس بحيث يكون رأسك داخل الخط المتقطع، والضوء على وجهك. لا يُسجَّل شيء. صورتك معكوسة هنا فقط، لا في التسجيل.</translation>
    </message>
    <message>
        <source>Call the proctor</source>
        <translation>استدعاء المشرف</translation>
    </message>
    <message>
        <source>I can see myself</source>
        <translation>أرى نفسي</translation>
    </message>
</context>
<context>
    <name>CodeEditor</name>
    <message>
        <source>Your code. Escape leaves the editor, Ctrl+Enter finishes.</source>
        <translation>برنامجك. يخرج Escape من المحرر، وينهي Ctrl+Enter.</translation>
    </message>
</context>
<context>
    <name>CodingScreen</name>
    <message>
        <source>The task</source>
        <translation>المهمة</translation>
    </message>
    <message>
        <source>Escape leaves the editor. Ctrl+Enter: I&apos;m done.</source>
        <translation>يخرج Escape من المحرر. Ctrl+Enter: انتهيت.</translation>
    </message>
    <message>
        <source>I need more time</source>
        <translation>أحتاج إلى مزيد من الوقت</translation>
    </message>
    <message>
        <source>Repeat the question</source>
        <translation>تكرار السؤال</translation>
    </message>
    <message>
        <source>Start answering</source>
        <translation>ابدأ الإجابة</translation>
    </message>
    <message>
        <source>Please read the task.</source>
        <translation>من فضلك اقرأ المهمة.</translation>
    </message>
    <message>
        <source>Please listen.</source>
        <translation>من فضلك استمع.</translation>
    </message>
    <message>
        <source>Take a moment to think.</source>
        <translation>خذ لحظة للتفكير.</translation>
    </message>
    <message>
        <source>The time is nearly over. What you wrote is kept.</source>
        <translation>أوشك الوقت أن ينتهي. ما كتبته محفوظ.</translation>
    </message>
    <message>
        <source>Write your answer, and say what you think.</source>
        <translation>اكتب إجابتك، وقل ما تفكر فيه.</translation>
    </message>
</context>
<context>
    <name>ComfortBar</name>
    <message>
        <source>Smaller text (Ctrl+Minus)</source>
        <translation>نص أصغر (Ctrl+Minus)</translation>
    </message>
    <message>
        <source>Larger text (Ctrl+Plus)</source>
        <translation>نص أكبر (Ctrl+Plus)</translation>
    </message>
    <message>
        <source>Quieter (Ctrl+Down)</source>
        <translation>أخفض (Ctrl+Down)</translation>
    </message>
    <message>
        <source>Louder (Ctrl+Up)</source>
        <translation>أعلى (Ctrl+Up)</translation>
    </message>
    <message>
        <source>Read aloud</source>
        <translation>اقرأ بصوت عالٍ</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>المفاتيح</translation>
    </message>
    <message>
        <source>Which keys there are (F1)</source>
        <translation>ما المفاتيح المتاحة (F1)</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>لوحة المفاتيح</translation>
    </message>
    <message>
        <source>Keyboard on the screen</source>
        <translation>لوحة المفاتيح على الشاشة</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>اكتب</translation>
    </message>
    <message>
        <source>Text {n} %</source>
        <translation>النص {n} %</translation>
    </message>
    <message>
        <source>Volume {n} %</source>
        <translation>الصوت {n} %</translation>
    </message>
    <message>
        <source>Colours: light</source>
        <translation>الألوان: فاتحة</translation>
    </message>
    <message>
        <source>Colours: dark</source>
        <translation>الألوان: داكنة</translation>
    </message>
    <message>
        <source>Colours: high contrast</source>
        <translation>الألوان: تباين عالٍ</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>الألوان</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>أوقف القراءة</translation>
    </message>
</context>
<context>
    <name>ConfirmScreen</name>
    <message>
        <source>Is this right?</source>
        <translation>هل هذا صحيح؟</translation>
    </message>
    <message>
        <source>Your candidate number</source>
        <translation>رقمك كمتقدم</translation>
    </message>
    <message>
        <source>Your interview</source>
        <translation>مقابلتك</translation>
    </message>
    <message>
        <source>How long it takes</source>
        <translation>كم تستغرق</translation>
    </message>
    <message>
        <source>Next, you read what is recorded and decide whether you agree. Nothing is recorded now.</source>
        <translation>بعد ذلك تقرأ ما الذي يُسجَّل وتقرر هل توافق. لا يُسجَّل شيء الآن.</translation>
    </message>
    <message>
        <source>No, go back</source>
        <translation>لا، رجوع</translation>
    </message>
    <message>
        <source>Yes, go on</source>
        <translation>نعم، متابعة</translation>
    </message>
    <message>
        <source>{questions}, {minutes} at most</source>
        <translation>{questions}، {minutes} على الأكثر</translation>
    </message>
</context>
<context>
    <name>ConsentScreen</name>
    <message>
        <source>Before we begin, please read this</source>
        <translation>قبل أن نبدأ، اقرأ هذا من فضلك</translation>
    </message>
    <message>
        <source>Consent text, version {v}</source>
        <translation>نص الموافقة، الإصدار {v}</translation>
    </message>
    <message>
        <source>Version {v}. You can stop at any time: tell the proctor.</source>
        <translation>الإصدار {v}. يمكنك التوقف في أي وقت: أخبر المشرف.</translation>
    </message>
    <message>
        <source>If you agree, please tick the box first.</source>
        <translation>إن كنت توافق، فضع علامة في المربع أولًا.</translation>
    </message>
    <message>
        <source>I don&apos;t agree</source>
        <translation>لا أوافق</translation>
    </message>
    <message>
        <source>I have read this, and I agree to the recording</source>
        <translation>قرأت هذا، وأوافق على التسجيل</translation>
    </message>
    <message>
        <source>I agree</source>
        <translation>أوافق</translation>
    </message>
</context>
<context>
    <name>DevicesForm</name>
    <message>
        <source>Devices</source>
        <translation>الأجهزة</translation>
    </message>
    <message>
        <source>Use these</source>
        <translation>استخدم هذه</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>الكاميرا</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>الميكروفون</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>السماعة</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>ابحث مرة أخرى</translation>
    </message>
    <message>
        <source>Try them now</source>
        <translation>جرّبها الآن</translation>
    </message>
    <message>
        <source>Looking</source>
        <translation>يُبحث</translation>
    </message>
</context>
<context>
    <name>EndingScreen</name>
    <message>
        <source>Finish</source>
        <translation>إنهاء</translation>
    </message>
</context>
<context>
    <name>Facts</name>
    <message>
        <source>State</source>
        <translation>الحالة</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>السؤال</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>الوقت المتبقي</translation>
    </message>
    <message>
        <source>Candidate</source>
        <translation>المتقدم</translation>
    </message>
    <message>
        <source>Interview</source>
        <translation>المقابلة</translation>
    </message>
    <message>
        <source>Recording</source>
        <translation>التسجيل</translation>
    </message>
    <message>
        <source>Safe on disk up to</source>
        <translation>محفوظ على القرص حتى</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>الكاميرا</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>الميكروفون</translation>
    </message>
    <message>
        <source>Loudspeaker</source>
        <translation>السماعة</translation>
    </message>
    <message>
        <source>Disk free</source>
        <translation>مساحة القرص</translation>
    </message>
    <message>
        <source>To send</source>
        <translation>للإرسال</translation>
    </message>
    <message>
        <source>Frames dropped, gaps</source>
        <translation>صور مفقودة، فجوات</translation>
    </message>
    <message>
        <source>Devices tried</source>
        <translation>تجربة الأجهزة</translation>
    </message>
    <message>
        <source>Accommodations</source>
        <translation>التسهيلات</translation>
    </message>
    <message>
        <source>{n} of {of}</source>
        <translation>{n} من {of}</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>متوقف</translation>
    </message>
    <message>
        <source>As agreed</source>
        <translation>كما اتُّفق</translation>
    </message>
    <message>
        <source>None</source>
        <translation>لا شيء</translation>
    </message>
    <message>
        <source>On</source>
        <translation>يعمل</translation>
    </message>
    <message>
        <source>Incomplete</source>
        <translation>ناقص</translation>
    </message>
    <message>
        <source>{n}, {m}</source>
        <translation>{n}، {m}</translation>
    </message>
    <message>
        <source>{n} dBFS</source>
        <translation>{n} dBFS</translation>
    </message>
    <message>
        <source>{n} a second</source>
        <translation>{n} في الثانية</translation>
    </message>
    <message>
        <source>See below</source>
        <translation>انظر أدناه</translation>
    </message>
</context>
<context>
    <name>FailedScreen</name>
    <message>
        <source>The interview had to stop</source>
        <translation>اضطرت المقابلة إلى التوقف</translation>
    </message>
    <message>
        <source>For the proctor</source>
        <translation>للمشرف</translation>
    </message>
    <message>
        <source>What you said until then is stored. It is not your fault.</source>
        <translation>ما قلته حتى ذلك الحين محفوظ. لا ذنب لك في ذلك.</translation>
    </message>
    <message>
        <source>Nothing was recorded. It is not your fault.</source>
        <translation>لم يُسجَّل شيء. لا ذنب لك في ذلك.</translation>
    </message>
    <message>
        <source>Please stay here and tell the proctor.</source>
        <translation>من فضلك ابقَ هنا وأخبر المشرف.</translation>
    </message>
</context>
<context>
    <name>FinishingScreen</name>
    <message>
        <source>Storing your interview</source>
        <translation>تُحفظ مقابلتك</translation>
    </message>
    <message>
        <source>What you said is being stored. This takes a moment.</source>
        <translation>يُحفظ ما قلته. يستغرق هذا لحظة.</translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>Back</source>
        <translation>رجوع</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>لوحة المفاتيح</translation>
    </message>
    <message>
        <source>Keyboard on the screen</source>
        <translation>لوحة المفاتيح على الشاشة</translation>
    </message>
</context>
<context>
    <name>Headline</name>
    <message>
        <source>Incomplete</source>
        <translation>ناقص</translation>
    </message>
</context>
<context>
    <name>Keyboard</name>
    <message>
        <source>Keyboard on the screen</source>
        <translation>لوحة المفاتيح على الشاشة</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>مسافة</translation>
    </message>
    <message>
        <source>Capital letters</source>
        <translation>حروف كبيرة</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>إدخال</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>جدولة</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>يسار</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>يمين</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>أعلى</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>أسفل</translation>
    </message>
    <message>
        <source>Signs</source>
        <translation>رموز</translation>
    </message>
    <message>
        <source>Letters</source>
        <translation>حروف</translation>
    </message>
    <message>
        <source>Other letters</source>
        <translation>حروف أخرى</translation>
    </message>
    <message>
        <source>Hide the keyboard</source>
        <translation>أخفِ لوحة المفاتيح</translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message>
        <source>For the proctor: your PIN</source>
        <translation>للمشرف: رمزك</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>فتح</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>PIN pad: type the PIN and press Enter</source>
        <translation>لوحة الرمز: اكتب الرمز واضغط Enter</translation>
    </message>
    <message numerus="yes">
        <source>%Ln digit(s) typed</source>
        <translation>
            <numerusform>لم يُكتب أي رقم</numerusform>
            <numerusform>كُتب رقم واحد</numerusform>
            <numerusform>كُتب رقمان</numerusform>
            <numerusform>كُتبت %Ln أرقام</numerusform>
            <numerusform>كُتب %Ln رقمًا</numerusform>
            <numerusform>كُتب %Ln رقم</numerusform>
        </translation>
    </message>
    <message>
        <source>Too many wrong PINs. The next one is taken in {span}.</source>
        <translation>رموز خاطئة كثيرة. يُقبل الرمز التالي بعد {span}.</translation>
    </message>
    <message>
        <source>One moment, please.</source>
        <translation>لحظة من فضلك.</translation>
    </message>
    <message numerus="yes">
        <source>That was not the PIN (%Ln wrong time(s)). Please try again.</source>
        <translation>
            <numerusform>هذا ليس الرمز. حاول مرة أخرى.</numerusform>
            <numerusform>هذا ليس الرمز. حاول مرة أخرى.</numerusform>
            <numerusform>هذا ليس الرمز (خطأ مرتين). حاول مرة أخرى.</numerusform>
            <numerusform>هذا ليس الرمز (خطأ %Ln مرات). حاول مرة أخرى.</numerusform>
            <numerusform>هذا ليس الرمز (خطأ %Ln مرة). حاول مرة أخرى.</numerusform>
            <numerusform>هذا ليس الرمز (خطأ %Ln مرة). حاول مرة أخرى.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>KeysCard</name>
    <message>
        <source>Keys</source>
        <translation>المفاتيح</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>Tab</translation>
    </message>
    <message>
        <source>The next thing on the screen; with Shift, the one before.</source>
        <translation>الشيء التالي على الشاشة؛ ومع Shift ما قبله.</translation>
    </message>
    <message>
        <source>Enter or Space</source>
        <translation>Enter أو مفتاح المسافة</translation>
    </message>
    <message>
        <source>Press the button that has the ring.</source>
        <translation>اضغط الزر الذي حوله إطار.</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>Press the filled button, from anywhere.</source>
        <translation>اضغط الزر الملوَّن، من أي مكان.</translation>
    </message>
    <message>
        <source>Ctrl+R</source>
        <translation>Ctrl+R</translation>
    </message>
    <message>
        <source>Repeat the question.</source>
        <translation>تكرار السؤال.</translation>
    </message>
    <message>
        <source>Ctrl+M</source>
        <translation>Ctrl+M</translation>
    </message>
    <message>
        <source>More time.</source>
        <translation>مزيد من الوقت.</translation>
    </message>
    <message>
        <source>Escape</source>
        <translation>Escape</translation>
    </message>
    <message>
        <source>Leave the editor. Tab is for the text there.</source>
        <translation>مغادرة المحرر. Tab هناك للنص.</translation>
    </message>
    <message>
        <source>Ctrl+Z, Ctrl+Y</source>
        <translation>Ctrl+Z، Ctrl+Y</translation>
    </message>
    <message>
        <source>In the editor: take back, and do again.</source>
        <translation>في المحرر: تراجع، وإعادة.</translation>
    </message>
    <message>
        <source>Ctrl+Plus, Ctrl+Minus</source>
        <translation>Ctrl+Plus، Ctrl+Minus</translation>
    </message>
    <message>
        <source>Larger and smaller text.</source>
        <translation>نص أكبر وأصغر.</translation>
    </message>
    <message>
        <source>Ctrl+B</source>
        <translation>Ctrl+B</translation>
    </message>
    <message>
        <source>Other colours.</source>
        <translation>ألوان أخرى.</translation>
    </message>
    <message>
        <source>Ctrl+Up, Ctrl+Down</source>
        <translation>Ctrl+Up، Ctrl+Down</translation>
    </message>
    <message>
        <source>Louder and quieter.</source>
        <translation>صوت أعلى وأخفض.</translation>
    </message>
    <message>
        <source>Ctrl+L</source>
        <translation>Ctrl+L</translation>
    </message>
    <message>
        <source>Read aloud, or stop reading.</source>
        <translation>القراءة بصوت عالٍ، أو إيقافها.</translation>
    </message>
    <message>
        <source>F1</source>
        <translation>F1</translation>
    </message>
    <message>
        <source>These keys.</source>
        <translation>هذه المفاتيح.</translation>
    </message>
</context>
<context>
    <name>LevelMeter</name>
    <message>
        <source>Very loud</source>
        <translation>عالٍ جدًا</translation>
    </message>
    <message>
        <source>We hear you</source>
        <translation>نسمعك</translation>
    </message>
    <message>
        <source>Quiet</source>
        <translation>خافت</translation>
    </message>
    <message>
        <source>Microphone: {word}</source>
        <translation>الميكروفون: {word}</translation>
    </message>
</context>
<context>
    <name>LoudspeakerScreen</name>
    <message>
        <source>Quieter</source>
        <translation>أخفض</translation>
    </message>
    <message>
        <source>Louder</source>
        <translation>أعلى</translation>
    </message>
    <message>
        <source>Check, step 2 of 3</source>
        <translation>الفحص، الخطوة ٢ من ٣</translation>
    </message>
    <message>
        <source>Did you hear a sound?</source>
        <translation>هل سمعت صوتًا؟</translation>
    </message>
    <message>
        <source>A sound was played just now. Make it louder or quieter until it is pleasant, and play it again as often as you like. If you hear nothing, that is all right: you can read every question.</source>
        <translation>شُغِّل صوت الآن. ارفعه أو اخفضه حتى يصبح مريحًا، وأعد تشغيله كما تشاء. وإن لم تسمع شيئًا فلا بأس: يمكنك قراءة كل سؤال.</translation>
    </message>
    <message>
        <source>No, I heard nothing</source>
        <translation>لا، لم أسمع شيئًا</translation>
    </message>
    <message>
        <source>Play it again</source>
        <translation>أعد تشغيله</translation>
    </message>
    <message>
        <source>Yes, I heard it</source>
        <translation>نعم، سمعته</translation>
    </message>
    <message>
        <source>Volume {n} %</source>
        <translation>الصوت {n} %</translation>
    </message>
</context>
<context>
    <name>NeedsForm</name>
    <message>
        <source>Accommodations for this candidate</source>
        <translation>تسهيلات لهذا المتقدم</translation>
    </message>
    <message>
        <source>From now on</source>
        <translation>من الآن فصاعدًا</translation>
    </message>
    <message>
        <source>Time for each answer</source>
        <translation>وقت كل إجابة</translation>
    </message>
    <message>
        <source>{n} times as long</source>
        <translation>الوقت × {n}</translation>
    </message>
    <message>
        <source>As usual</source>
        <translation>كالمعتاد</translation>
    </message>
    <message>
        <source>No time limits</source>
        <translation>بلا حدود زمنية</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>نص أكبر</translation>
    </message>
    <message>
        <source>Captions only: nothing is spoken</source>
        <translation>نص فقط: لا يُنطق شيء</translation>
    </message>
    <message>
        <source>Slower voice</source>
        <translation>صوت أبطأ</translation>
    </message>
</context>
<context>
    <name>NoteForm</name>
    <message>
        <source>A note for the recording</source>
        <translation>ملاحظة للتسجيل</translation>
    </message>
    <message>
        <source>Keep the note</source>
        <translation>احفظ الملاحظة</translation>
    </message>
    <message>
        <source>Somebody else came in.</source>
        <translation>دخل شخص آخر.</translation>
    </message>
    <message>
        <source>The candidate left the room.</source>
        <translation>غادر المتقدم الغرفة.</translation>
    </message>
    <message>
        <source>There was a noise from outside.</source>
        <translation>كان هناك ضجيج من الخارج.</translation>
    </message>
    <message>
        <source>The candidate was helped with the kiosk.</source>
        <translation>سوعد المتقدم في استخدام الجهاز.</translation>
    </message>
    <message>
        <source>Something did not work.</source>
        <translation>شيء لم يعمل.</translation>
    </message>
</context>
<context>
    <name>NoticeStrip</name>
    <message>
        <source>I&apos;m here</source>
        <translation>أنا هنا</translation>
    </message>
</context>
<context>
    <name>OpeningScreen</name>
    <message>
        <source>Now a short check</source>
        <translation>والآن فحص قصير</translation>
    </message>
    <message>
        <source>The camera and the microphone are being opened, so that you can try them. Nothing is recorded, and you have all the time you want.</source>
        <translation>تُفتح الكاميرا والميكروفون لكي تجرّبهما. لا يُسجَّل شيء، ولديك كل ما تريد من وقت.</translation>
    </message>
</context>
<context>
    <name>PausedScreen</name>
    <message>
        <source>Paused</source>
        <translation>متوقفة مؤقتًا</translation>
    </message>
    <message>
        <source>No picture and no sound of you are recorded now. The proctor will go on with you. The question will be asked again.</source>
        <translation>لا تُسجَّل صورتك ولا صوتك الآن. سيواصل المشرف معك. وسيُطرح السؤال مرة أخرى.</translation>
    </message>
</context>
<context>
    <name>PlaybackScreen</name>
    <message>
        <source>Practice question. Nothing of it is kept.</source>
        <translation>سؤال للتدريب. لا يُحفظ منه شيء.</translation>
    </message>
    <message>
        <source>This is your answer</source>
        <translation>هذه إجابتك</translation>
    </message>
    <message>
        <source>This is how you look and sound in the recording. When it ends, it is gone.</source>
        <translation>هكذا تبدو ويُسمع صوتك في التسجيل. وحين ينتهي يزول.</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>تخطٍّ</translation>
    </message>
</context>
<context>
    <name>PracticeScreen</name>
    <message>
        <source>Practise with one question</source>
        <translation>تدرّب على سؤال واحد</translation>
    </message>
    <message>
        <source>It works as in the interview: you hear the question, you answer, you press “I&apos;m done”. Then your answer is played back to you.

Nothing of it is kept, and nobody else sees it.</source>
        <translation>يجري كما في المقابلة: تسمع السؤال، ثم تجيب، ثم تضغط «انتهيت». ثم تُعاد إجابتك عليك.

لا يُحفظ منها شيء، ولا يراها أحد سواك.</translation>
    </message>
    <message>
        <source>Skip the practice</source>
        <translation>تخطي التدريب</translation>
    </message>
    <message>
        <source>Practise</source>
        <translation>تدرّب</translation>
    </message>
</context>
<context>
    <name>PreparingScreen</name>
    <message>
        <source>Getting ready</source>
        <translation>نستعد</translation>
    </message>
    <message>
        <source>The camera and the microphone are being prepared. The first question comes in a few seconds.</source>
        <translation>تُجهَّز الكاميرا والميكروفون. يأتي السؤال الأول بعد ثوانٍ قليلة.</translation>
    </message>
</context>
<context>
    <name>Problems</name>
    <message>
        <source>Problems</source>
        <translation>المشكلات</translation>
    </message>
</context>
<context>
    <name>ProctorPanel</name>
    <message>
        <source>What stands on this page</source>
        <translation>ما في هذه الصفحة</translation>
    </message>
</context>
<context>
    <name>QuestionScreen</name>
    <message>
        <source>I need more time</source>
        <translation>أحتاج إلى مزيد من الوقت</translation>
    </message>
    <message>
        <source>Repeat the question</source>
        <translation>تكرار السؤال</translation>
    </message>
    <message>
        <source>Start answering</source>
        <translation>ابدأ الإجابة</translation>
    </message>
</context>
<context>
    <name>ReadyScreen</name>
    <message>
        <source>Practise once more</source>
        <translation>تدرّب مرة أخرى</translation>
    </message>
    <message>
        <source>Sound or picture are not as they should be. Please tell the proctor before you begin.</source>
        <translation>الصوت أو الصورة ليسا كما ينبغي. من فضلك أخبر المشرف قبل أن تبدأ.</translation>
    </message>
    <message>
        <source>You can be seen and understood.</source>
        <translation>تُرى ويُفهم كلامك.</translation>
    </message>
    <message>
        <source>You can be seen and heard well.</source>
        <translation>تُرى وتُسمع جيدًا.</translation>
    </message>
    <message>
        <source>The rehearsal is over</source>
        <translation>انتهت التجربة</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>All is ready</source>
        <translation>كل شيء جاهز</translation>
    </message>
    <message>
        <source>The interview and its recording begin when you press the button. You can pause at any time: tell the proctor.</source>
        <translation>تبدأ المقابلة وتسجيلها حين تضغط الزر. يمكنك التوقف مؤقتًا في أي وقت: أخبر المشرف.</translation>
    </message>
    <message>
        <source>Begin the interview</source>
        <translation>ابدأ المقابلة</translation>
    </message>
</context>
<context>
    <name>RecPill</name>
    <message>
        <source>REC</source>
        <translation>تسجيل</translation>
    </message>
    <message>
        <source>Not recording</source>
        <translation>لا تسجيل</translation>
    </message>
</context>
<context>
    <name>RefusedScreen</name>
    <message>
        <source>That is all right</source>
        <translation>لا بأس بذلك</translation>
    </message>
    <message>
        <source>You did not agree to a recording, so nothing was recorded.

The proctor has been called. You can talk about another way to do the interview.</source>
        <translation>لم توافق على التسجيل، فلم يُسجَّل شيء.

استُدعي المشرف. يمكنكما الحديث عن طريقة أخرى لإجراء المقابلة.</translation>
    </message>
</context>
<context>
    <name>ResumingScreen</name>
    <message>
        <source>One moment, please</source>
        <translation>لحظة من فضلك</translation>
    </message>
    <message>
        <source>The recording was interrupted and is being started again. What you said until then is stored. Your question will be asked again.</source>
        <translation>انقطع التسجيل ويُبدأ من جديد. ما قلته حتى ذلك الحين محفوظ. وسيُطرح سؤالك مرة أخرى.</translation>
    </message>
</context>
<context>
    <name>Screen</name>
    <message>
        <source>What stands on this screen</source>
        <translation>ما على هذه الشاشة</translation>
    </message>
</context>
<context>
    <name>SelfView</name>
    <message>
        <source>Your picture, as in a mirror</source>
        <translation>صورتك، كما في المرآة</translation>
    </message>
    <message>
        <source>What was recorded</source>
        <translation>ما سُجِّل</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>لا صورة</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>{question}: listen</source>
        <translation>{question}: استمع</translation>
    </message>
    <message>
        <source>{question}: think</source>
        <translation>{question}: فكّر</translation>
    </message>
    <message>
        <source>{question}: answer</source>
        <translation>{question}: أجب</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>مرحبًا بك</translation>
    </message>
    <message>
        <source>Is this right?</source>
        <translation>هل هذا صحيح؟</translation>
    </message>
    <message>
        <source>Before we begin</source>
        <translation>قبل أن نبدأ</translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation>نستعد</translation>
    </message>
    <message>
        <source>Check, step 1 of 3: camera</source>
        <translation>الفحص، الخطوة ١ من ٣: الكاميرا</translation>
    </message>
    <message>
        <source>Check, step 2 of 3: loudspeaker</source>
        <translation>الفحص، الخطوة ٢ من ٣: السماعة</translation>
    </message>
    <message>
        <source>Check, step 3 of 3: microphone</source>
        <translation>الفحص، الخطوة ٣ من ٣: الميكروفون</translation>
    </message>
    <message>
        <source>Practise with one question</source>
        <translation>تدرّب على سؤال واحد</translation>
    </message>
    <message>
        <source>Practice question</source>
        <translation>سؤال للتدريب</translation>
    </message>
    <message>
        <source>This is your answer</source>
        <translation>هذه إجابتك</translation>
    </message>
    <message>
        <source>All is ready</source>
        <translation>كل شيء جاهز</translation>
    </message>
    <message>
        <source>One moment, please</source>
        <translation>لحظة من فضلك</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>متوقفة مؤقتًا</translation>
    </message>
    <message>
        <source>Storing your interview</source>
        <translation>تُحفظ مقابلتك</translation>
    </message>
    <message>
        <source>Thank you</source>
        <translation>شكرًا لك</translation>
    </message>
    <message>
        <source>Nothing is recorded</source>
        <translation>لا يُسجَّل شيء</translation>
    </message>
    <message>
        <source>The interview had to stop</source>
        <translation>اضطرت المقابلة إلى التوقف</translation>
    </message>
</context>
<context>
    <name>StartForm</name>
    <message>
        <source>Start an interview</source>
        <translation>بدء مقابلة</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>بدء</translation>
    </message>
    <message>
        <source>Assigned by the server</source>
        <translation>أسندها الخادم</translation>
    </message>
    <message>
        <source>Candidate number</source>
        <translation>رقم المتقدم</translation>
    </message>
    <message>
        <source>Interview</source>
        <translation>المقابلة</translation>
    </message>
    <message>
        <source>Nobody, or choose</source>
        <translation>لا أحد، أو اختر</translation>
    </message>
    <message>
        <source>Nobody</source>
        <translation>لا أحد</translation>
    </message>
</context>
<context>
    <name>TextSize</name>
    <message>
        <source>Smaller text (Ctrl+Minus)</source>
        <translation>نص أصغر (Ctrl+Minus)</translation>
    </message>
    <message>
        <source>Larger text (Ctrl+Plus)</source>
        <translation>نص أكبر (Ctrl+Plus)</translation>
    </message>
    <message>
        <source>Text {n} %</source>
        <translation>النص {n} %</translation>
    </message>
</context>
<context>
    <name>ThanksScreen</name>
    <message>
        <source>Thank you</source>
        <translation>شكرًا لك</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>المدة</translation>
    </message>
    <message>
        <source>Receipt number</source>
        <translation>رقم الإيصال</translation>
    </message>
    <message>
        <source>It is stored on this kiosk.</source>
        <translation>هي محفوظة على هذا الجهاز.</translation>
    </message>
    <message>
        <source>It is stored on this kiosk and will be sent.</source>
        <translation>هي محفوظة على هذا الجهاز وستُرسَل.</translation>
    </message>
    <message>
        <source>It is stored and has been sent.</source>
        <translation>هي محفوظة وقد أُرسلت.</translation>
    </message>
    <message>
        <source>The interview ended early. {why} What was recorded until then is safe. {stored}</source>
        <translation>انتهت المقابلة مبكرًا. {why} ما سُجِّل حتى ذلك الحين في أمان. {stored}</translation>
    </message>
    <message>
        <source>Your interview is complete. {stored} You can go now.</source>
        <translation>اكتملت مقابلتك. {stored} يمكنك الذهاب الآن.</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Your answer starts in {span}</source>
        <translation>تبدأ إجابتك بعد {span}</translation>
    </message>
    <message>
        <source>Nothing is recorded before you agree.</source>
        <translation>لا يُسجَّل شيء قبل أن توافق.</translation>
    </message>
    <message>
        <source>This is a check. Nothing of it is kept.</source>
        <translation>هذا فحص. لا يُحفظ منه شيء.</translation>
    </message>
</context>
<context>
    <name>VoiceScreen</name>
    <message>
        <source>Check, step 3 of 3</source>
        <translation>الفحص، الخطوة ٣ من ٣</translation>
    </message>
    <message>
        <source>No, I heard nothing</source>
        <translation>لا، لم أسمع شيئًا</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>مرة أخرى</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>ابدأ</translation>
    </message>
    <message>
        <source>Please say: “The sun is shining, and I am ready to begin.”</source>
        <translation>من فضلك قل: «الشمس مشرقة، وأنا مستعد للبدء.»</translation>
    </message>
    <message>
        <source>Please speak now</source>
        <translation>تكلّم الآن من فضلك</translation>
    </message>
    <message>
        <source>Say the sentence in your ordinary voice. Nothing of it is kept.</source>
        <translation>قل الجملة بصوتك المعتاد. لا يُحفظ منها شيء.</translation>
    </message>
    <message>
        <source>I have said it</source>
        <translation>قلتها</translation>
    </message>
    <message>
        <source>This is how you sound</source>
        <translation>هكذا صوتك</translation>
    </message>
    <message>
        <source>You hear what you said just now.</source>
        <translation>تسمع ما قلته للتو.</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>تخطٍّ</translation>
    </message>
    <message>
        <source>Yes, go on</source>
        <translation>نعم، متابعة</translation>
    </message>
    <message>
        <source>Say a sentence</source>
        <translation>قل جملة</translation>
    </message>
    <message>
        <source>When you speak, the bar under your picture moves. Press Start, say the sentence below, and hear yourself afterwards.</source>
        <translation>حين تتكلم يتحرك الشريط تحت صورتك. اضغط «ابدأ»، وقل الجملة أدناه، ثم اسمع نفسك بعدها.</translation>
    </message>
    <message>
        <source>Call the proctor</source>
        <translation>استدعاء المشرف</translation>
    </message>
</context>
<context>
    <name>WelcomeScreen</name>
    <message>
        <source>Welcome</source>
        <translation>مرحبًا بك</translation>
    </message>
    <message>
        <source>Candidate number</source>
        <translation>رقم المتقدم</translation>
    </message>
    <message>
        <source>Interview</source>
        <translation>المقابلة</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>ابدأ</translation>
    </message>
    <message>
        <source>You will hear a few questions and answer them at your own pace. We ask for your agreement before anything is recorded.</source>
        <translation>ستسمع بضعة أسئلة وتجيب عنها بالسرعة التي تناسبك. ونطلب موافقتك قبل أن يُسجَّل أي شيء.</translation>
    </message>
    <message>
        <source>Your candidate number</source>
        <translation>رقمك كمتقدم</translation>
    </message>
    <message>
        <source>Your interview</source>
        <translation>مقابلتك</translation>
    </message>
    <message>
        <source>Please begin</source>
        <translation>ابدأ من فضلك</translation>
    </message>
    <message>
        <source>Getting ready</source>
        <translation>نستعد</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>جاهز</translation>
    </message>
    <message>
        <source>Not ready</source>
        <translation>غير جاهز</translation>
    </message>
    <message>
        <source>This kiosk is not ready. Please tell the proctor.</source>
        <translation>هذا الجهاز غير جاهز. من فضلك أخبر المشرف.</translation>
    </message>
    <message>
        <source>There is no interview on this kiosk yet. Please tell the proctor.</source>
        <translation>لا توجد مقابلة على هذا الجهاز بعد. من فضلك أخبر المشرف.</translation>
    </message>
    <message>
        <source>Please type your candidate number. It is in your invitation.</source>
        <translation>من فضلك اكتب رقمك كمتقدم. ستجده في دعوتك.</translation>
    </message>
</context>
<context>
    <name>WordsForm</name>
    <message>
        <source>Ready-made words</source>
        <translation>عبارات جاهزة</translation>
    </message>
    <message>
        <source>In my own words</source>
        <translation>بكلماتي</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>الكلمات</translation>
    </message>
    <message>
        <source>Words, without a name</source>
        <translation>الكلمات، من دون أسماء</translation>
    </message>
</context>
<context>
    <name>told</name>
    <message>
        <source>&apos;kiosk check&apos; names every mistake in a file.</source>
        <translation>يذكر «kiosk check» كل خطأ في الملف.</translation>
    </message>
    <message>
        <source>&apos;kiosk doctor&apos; tells more below &apos;server&apos;.</source>
        <translation>يذكر «kiosk doctor» المزيد تحت «server».</translation>
    </message>
    <message>
        <source>&apos;proxy&apos; is not the address of a proxy.</source>
        <translation>قيمة «proxy» ليست عنوان وكيل.</translation>
    </message>
    <message>
        <source>A PIN has {SHORTEST} to {LONGEST} digits and nothing else.</source>
        <translation>يتكوّن الرمز من أرقام فقط، عددها من {SHORTEST} إلى {LONGEST}.</translation>
    </message>
    <message>
        <source>A chunk without bytes is none.</source>
        <translation>القطعة التي لا بايتات فيها ليست قطعة.</translation>
    </message>
    <message>
        <source>A device was lost while it was being prepared.</source>
        <translation>فُقد أحد الأجهزة أثناء تجهيزه.</translation>
    </message>
    <message>
        <source>A ledger that was set aside cannot be deleted: {strerror}.</source>
        <translation>لا يمكن حذف قاعدة بيانات وُضعت جانبًا: {strerror}.</translation>
    </message>
    <message>
        <source>A line of {JOURNAL} ({kind}) is damaged and was passed over.</source>
        <translation>سطر في {JOURNAL} ({kind}) تالف، وقد جرى تجاوزه.</translation>
    </message>
    <message>
        <source>A message is not JSON.</source>
        <translation>الرسالة ليست بصيغة JSON.</translation>
    </message>
    <message>
        <source>A message is of no known kind.</source>
        <translation>الرسالة من نوع غير معروف.</translation>
    </message>
    <message>
        <source>A message of {data} bytes is too long.</source>
        <translation>الرسالة أطول مما ينبغي (عدد البايتات: {data}).</translation>
    </message>
    <message>
        <source>A number from {first} to {HIGHEST} is wanted in the address.</source>
        <translation>يُنتظر في العنوان رقم من {first} إلى {HIGHEST}.</translation>
    </message>
    <message>
        <source>A number in the body is too large.</source>
        <translation>في محتوى الطلب رقم أكبر مما ينبغي.</translation>
    </message>
    <message>
        <source>A recorder runs, so devices and speed are not examined.</source>
        <translation>المسجِّل يعمل، لذلك لا تُفحص الأجهزة ولا السرعة.</translation>
    </message>
    <message>
        <source>A recording cannot be read: {strerror}.</source>
        <translation>لا يمكن قراءة أحد التسجيلات: {strerror}.</translation>
    </message>
    <message>
        <source>A recording has one segment at least.</source>
        <translation>يحتوي التسجيل على مقطع واحد على الأقل.</translation>
    </message>
    <message>
        <source>A volume is from 0 to 100 percent.</source>
        <translation>مستوى الصوت من 0 إلى 100 في المئة.</translation>
    </message>
    <message>
        <source>A write to {output} is durable after {usual} ms; the slowest took {slowest} ms.</source>
        <translation>تثبت الكتابة في {output} على القرص خلال {usual} ms؛ واستغرقت أبطؤها {slowest} ms.</translation>
    </message>
    <message>
        <source>Allow desktop apps the camera (Settings, Privacy &amp; security), close other programs, and check its cable.</source>
        <translation>اسمح لتطبيقات سطح المكتب باستخدام الكاميرا (Settings, Privacy &amp; security)، وأغلق البرامج الأخرى، وافحص سلك الكاميرا.</translation>
    </message>
    <message>
        <source>Allow desktop programs there, in Settings, Privacy, or by Group Policy.</source>
        <translation>اسمح هناك لبرامج سطح المكتب، في Settings, Privacy أو في Group Policy.</translation>
    </message>
    <message>
        <source>An interview is being recorded into {output} already.</source>
        <translation>تُسجَّل مقابلة بالفعل في {output}.</translation>
    </message>
    <message>
        <source>Another camera answers: {name} instead of {name2}.</source>
        <translation>استجابت كاميرا أخرى: {name} بدلًا من {name2}.</translation>
    </message>
    <message>
        <source>Another chunk is held under this number.</source>
        <translation>تحت هذا الرقم قطعة أخرى محفوظة.</translation>
    </message>
    <message>
        <source>Another loudspeaker answers: {name} instead of {name2}.</source>
        <translation>استجابت سماعة أخرى: {name} بدلًا من {name2}.</translation>
    </message>
    <message>
        <source>Another machine uses this kiosk&apos;s identity.</source>
        <translation>يستخدم حاسوب آخر هوية هذا الجهاز.</translation>
    </message>
    <message>
        <source>Another machine uses this kiosk&apos;s identity. Enrol that machine with a code of its own.</source>
        <translation>يستخدم حاسوب آخر هوية هذا الجهاز. سجّل ذلك الحاسوب برمز خاص به.</translation>
    </message>
    <message>
        <source>Another microphone answers: {name} instead of {name2}.</source>
        <translation>استجاب ميكروفون آخر: {name} بدلًا من {name2}.</translation>
    </message>
    <message>
        <source>Another one takes over at the same question. What was recorded until then is stored.</source>
        <translation>يتولى مسجِّل آخر العمل عند السؤال نفسه. ما سُجِّل حتى ذلك الحين محفوظ.</translation>
    </message>
    <message>
        <source>Another recorder records into {output}.</source>
        <translation>يسجّل مسجِّل آخر في {output}.</translation>
    </message>
    <message>
        <source>Ask for a new one.</source>
        <translation>اطلب رمزًا جديدًا.</translation>
    </message>
    <message>
        <source>Bytes of {name} (chunk {number}) are no longer those recorded.</source>
        <translation>بايتات {name} (القطعة {number}) لم تعد كما سُجِّلت.</translation>
    </message>
    <message>
        <source>Camera and microphone work. There is no loudspeaker.</source>
        <translation>الكاميرا والميكروفون يعملان. لا توجد سماعة.</translation>
    </message>
    <message>
        <source>Camera and microphone work. Whether the loudspeaker sounds could not be heard.</source>
        <translation>الكاميرا والميكروفون يعملان. ولم يتسنَّ سماع هل تعمل السماعة.</translation>
    </message>
    <message>
        <source>Camera {index} cannot be opened: Windows refuses it, another program uses it, or it is not plugged in.</source>
        <translation>لا يمكن فتح الكاميرا {index}: يمنعها Windows، أو يستخدمها برنامج آخر، أو ليست موصولة.</translation>
    </message>
    <message>
        <source>Camera, microphone and loudspeaker work.</source>
        <translation>الكاميرا والميكروفون والسماعة تعمل.</translation>
    </message>
    <message>
        <source>Check &apos;proxy&apos;.</source>
        <translation>افحص «proxy».</translation>
    </message>
    <message>
        <source>Check its address, its power and the network.</source>
        <translation>افحص عنوانها وتغذيتها بالكهرباء والشبكة.</translation>
    </message>
    <message>
        <source>Check its cable and the sound settings.</source>
        <translation>افحص السلك وإعدادات الصوت.</translation>
    </message>
    <message>
        <source>Check its cable.</source>
        <translation>افحص السلك.</translation>
    </message>
    <message>
        <source>Check its switch, its cable and its level.</source>
        <translation>افحص مفتاح الميكروفون وسلكه ومستواه.</translation>
    </message>
    <message>
        <source>Check that it is mounted.</source>
        <translation>تأكد أنه مثبَّت في النظام (mount).</translation>
    </message>
    <message>
        <source>Check that this account may write to the output folder.</source>
        <translation>تأكد أن هذا الحساب يستطيع الكتابة في مجلد التسجيلات.</translation>
    </message>
    <message>
        <source>Check the address and the network.</source>
        <translation>افحص العنوان والشبكة.</translation>
    </message>
    <message>
        <source>Check the cable, or choose another microphone.</source>
        <translation>افحص السلك، أو اختر ميكروفونًا آخر.</translation>
    </message>
    <message>
        <source>Check the cables, then try again.</source>
        <translation>افحص الأسلاك، ثم حاول مرة أخرى.</translation>
    </message>
    <message>
        <source>Check the camera and its cable.</source>
        <translation>افحص الكاميرا وسلكها.</translation>
    </message>
    <message>
        <source>Check the disk of {parent}.</source>
        <translation>افحص القرص الذي يقع عليه {parent}.</translation>
    </message>
    <message>
        <source>Check the disk, and that this account may write there.</source>
        <translation>افحص القرص، وتأكد أن هذا الحساب يستطيع الكتابة هناك.</translation>
    </message>
    <message>
        <source>Check the disk, and that this account may write to the output folder.</source>
        <translation>افحص القرص، وتأكد أن هذا الحساب يستطيع الكتابة في مجلد التسجيلات.</translation>
    </message>
    <message>
        <source>Check the disk.</source>
        <translation>افحص القرص.</translation>
    </message>
    <message>
        <source>Check the encoder&apos;s settings.</source>
        <translation>افحص إعدادات المرمِّز.</translation>
    </message>
    <message>
        <source>Check the loudspeaker and its cable.</source>
        <translation>افحص السماعة وسلكها.</translation>
    </message>
    <message>
        <source>Check the microphone&apos;s cable.</source>
        <translation>افحص سلك الميكروفون.</translation>
    </message>
    <message>
        <source>Check the microphone, its switch and its cable.</source>
        <translation>افحص الميكروفون ومفتاحه وسلكه.</translation>
    </message>
    <message>
        <source>Check the network and its DNS.</source>
        <translation>افحص الشبكة وخدمة الأسماء فيها (DNS).</translation>
    </message>
    <message>
        <source>Check the network.</source>
        <translation>افحص الشبكة.</translation>
    </message>
    <message>
        <source>Check the path in its address: it must give MJPEG.</source>
        <translation>افحص المسار في عنوانها: يجب أن يعطي MJPEG.</translation>
    </message>
    <message>
        <source>Check the server&apos;s address and its certificate.</source>
        <translation>افحص عنوان الخادم وشهادته.</translation>
    </message>
    <message>
        <source>Check the state folder.</source>
        <translation>افحص مجلد الحالة.</translation>
    </message>
    <message>
        <source>Check them, and start again.</source>
        <translation>افحصهما، ثم ابدأ من جديد.</translation>
    </message>
    <message>
        <source>Check this machine&apos;s clock; if it is right, the server needs a new certificate.</source>
        <translation>افحص ساعة هذا الحاسوب؛ فإن كانت صحيحة فالخادم يحتاج إلى شهادة جديدة.</translation>
    </message>
    <message>
        <source>Choose 80 to 400.</source>
        <translation>اختر من 80 إلى 400.</translation>
    </message>
    <message>
        <source>Choose a folder on a disk for &apos;output&apos;.</source>
        <translation>اختر لـ«output» مجلدًا على قرص.</translation>
    </message>
    <message>
        <source>Choose a folder on a local disk for &apos;output&apos;.</source>
        <translation>اختر لـ«output» مجلدًا على قرص في هذا الحاسوب.</translation>
    </message>
    <message>
        <source>Choose a folder that this account can write to.</source>
        <translation>اختر مجلدًا يستطيع هذا الحساب الكتابة فيه.</translation>
    </message>
    <message>
        <source>Choose one without a pattern.</source>
        <translation>اختر رمزًا لا نمط فيه.</translation>
    </message>
    <message>
        <source>Close other programs on this computer.</source>
        <translation>أغلق البرامج الأخرى على هذا الحاسوب.</translation>
    </message>
    <message>
        <source>Close other programs on this computer. Use a faster one for the next interview.</source>
        <translation>أغلق البرامج الأخرى على هذا الحاسوب. استخدم حاسوبًا أسرع للمقابلة التالية.</translation>
    </message>
    <message>
        <source>Close other programs, set &apos;preset&apos; to a faster one (ultrafast), or use a faster machine.</source>
        <translation>أغلق البرامج الأخرى، أو اضبط «preset» على قيمة أسرع (ultrafast)، أو استخدم حاسوبًا أسرع.</translation>
    </message>
    <message>
        <source>Close that program, then try again.</source>
        <translation>أغلق ذلك البرنامج، ثم حاول مرة أخرى.</translation>
    </message>
    <message>
        <source>Close that, then try again.</source>
        <translation>أغلقه، ثم حاول مرة أخرى.</translation>
    </message>
    <message>
        <source>Close the other program, then try again.</source>
        <translation>أغلق البرنامج الآخر، ثم حاول مرة أخرى.</translation>
    </message>
    <message>
        <source>Convert the sound file.</source>
        <translation>حوّل الملف الصوتي.</translation>
    </message>
    <message>
        <source>Delete the copy on the kiosk too.</source>
        <translation>احذف النسخة التي على الجهاز أيضًا.</translation>
    </message>
    <message>
        <source>End other programs on this computer.</source>
        <translation>أغلق البرامج الأخرى على هذا الحاسوب.</translation>
    </message>
    <message>
        <source>End other programs: this computer was too busy.</source>
        <translation>أغلق البرامج الأخرى: كان هذا الحاسوب مشغولًا أكثر مما ينبغي.</translation>
    </message>
    <message>
        <source>Enrol it again with a new code.</source>
        <translation>سجّله مرة أخرى برمز جديد.</translation>
    </message>
    <message>
        <source>Enrol it again: &apos;kiosk enrol --replace&apos;.</source>
        <translation>سجّله مرة أخرى: «kiosk enrol --replace».</translation>
    </message>
    <message>
        <source>Enrol it with &apos;kiosk enrol --replace CODE&apos;.</source>
        <translation>سجّله بالأمر «kiosk enrol --replace CODE».</translation>
    </message>
    <message>
        <source>Enrol it with &apos;kiosk enrol CODE&apos;.</source>
        <translation>سجّله بالأمر «kiosk enrol CODE».</translation>
    </message>
    <message>
        <source>Enrol it with a code of this server.</source>
        <translation>سجّله برمز من هذا الخادم.</translation>
    </message>
    <message>
        <source>Enrol this kiosk again.</source>
        <translation>سجّل هذا الجهاز مرة أخرى.</translation>
    </message>
    <message>
        <source>Enrol this one with a code of its own.</source>
        <translation>سجّل هذا الجهاز برمز خاص به.</translation>
    </message>
    <message>
        <source>Free some space at {parent}.</source>
        <translation>أفسح مساحة في {parent}.</translation>
    </message>
    <message>
        <source>Free some space on the disk.</source>
        <translation>أفسح مساحة على القرص.</translation>
    </message>
    <message>
        <source>Free some space, or choose another folder.</source>
        <translation>أفسح مساحة، أو اختر مجلدًا آخر.</translation>
    </message>
    <message>
        <source>Free some space, or end the interview.</source>
        <translation>أفسح مساحة، أو أنهِ المقابلة.</translation>
    </message>
    <message>
        <source>Free space on the disk of {parent}.</source>
        <translation>أفسح مساحة على القرص الذي يقع عليه {parent}.</translation>
    </message>
    <message>
        <source>Free space, or choose a larger disk for &apos;output&apos;.</source>
        <translation>أفسح مساحة، أو اختر لـ«output» قرصًا أكبر.</translation>
    </message>
    <message>
        <source>Give an uncompressed WAV file.</source>
        <translation>أعطِ ملف WAV غير مضغوط.</translation>
    </message>
    <message>
        <source>Give it back to the administrator: chown root FILE; chmod 644 FILE; and the same for its folder with 755.</source>
        <translation>أعده إلى مدير النظام: ⁦chown root FILE; chmod 644 FILE⁩؛ والشيء نفسه لمجلده مع 755.</translation>
    </message>
    <message>
        <source>Give the candidate more light: cameras are slow in the dark.</source>
        <translation>أعطِ المتقدم مزيدًا من الضوء: الكاميرات بطيئة في الظلام.</translation>
    </message>
    <message>
        <source>Good: picture and sound are complete.</source>
        <translation>جيد: الصورة والصوت كاملان.</translation>
    </message>
    <message>
        <source>If it has a certificate of your own authority, name that in &apos;ca_file&apos; of the configuration.</source>
        <translation>إن كانت شهادته من جهة إصدار خاصة بكم فاذكرها في «ca_file» في الإعدادات.</translation>
    </message>
    <message>
        <source>If it stays so, start the computer again.</source>
        <translation>إن بقي الأمر كذلك فأعد تشغيل الحاسوب.</translation>
    </message>
    <message>
        <source>If somebody speaks: check that this is the right microphone, and move it nearer.</source>
        <translation>إن كان أحد يتكلم: تأكد أن هذا هو الميكروفون الصحيح، وقرّبه.</translation>
    </message>
    <message>
        <source>Install espeak-ng, or a voice in the system&apos;s settings. Until then questions are shown as captions.</source>
        <translation>ثبّت espeak-ng، أو صوتًا من إعدادات النظام. وحتى ذلك الحين تُعرض الأسئلة نصًا.</translation>
    </message>
    <message>
        <source>Install it again.</source>
        <translation>ثبّته مرة أخرى.</translation>
    </message>
    <message>
        <source>Install that program again.</source>
        <translation>ثبّت ذلك البرنامج مرة أخرى.</translation>
    </message>
    <message>
        <source>Install that version again. Nothing was changed.</source>
        <translation>ثبّت ذلك الإصدار مرة أخرى. لم يتغير شيء.</translation>
    </message>
    <message>
        <source>Install the program again.</source>
        <translation>ثبّت البرنامج مرة أخرى.</translation>
    </message>
    <message>
        <source>Install the voices of your system.</source>
        <translation>ثبّت أصوات نظامك.</translation>
    </message>
    <message>
        <source>It can be made at any time.</source>
        <translation>يمكن إجراؤه في أي وقت.</translation>
    </message>
    <message>
        <source>It is sent again.</source>
        <translation>يُرسَل مرة أخرى.</translation>
    </message>
    <message>
        <source>It is told again.</source>
        <translation>يُخبَر مرة أخرى.</translation>
    </message>
    <message>
        <source>It knows: cameras, measure, sound, voices.</source>
        <translation>يعرف: cameras وmeasure وsound وvoices.</translation>
    </message>
    <message>
        <source>It looks like http://proxy.example.org:3128.</source>
        <translation>يبدو العنوان هكذا: ⁦http://proxy.example.org:3128⁩.</translation>
    </message>
    <message>
        <source>It looks like https://interviews.example.org.</source>
        <translation>يبدو العنوان هكذا: ⁦https://interviews.example.org⁩.</translation>
    </message>
    <message>
        <source>It was cut off before anything was recorded.</source>
        <translation>انقطع قبل أن يُسجَّل أي شيء.</translation>
    </message>
    <message>
        <source>It was cut off. What was recorded until then is stored.</source>
        <translation>انقطع. ما سُجِّل حتى ذلك الحين محفوظ.</translation>
    </message>
    <message>
        <source>Its administrator adds the name to KIOSK_SERVER_HOSTS.</source>
        <translation>يضيف مديره الاسم إلى KIOSK_SERVER_HOSTS.</translation>
    </message>
    <message>
        <source>Its administrator is told.</source>
        <translation>أُخبر مديره بذلك.</translation>
    </message>
    <message>
        <source>Its journal and its manifest are missing.</source>
        <translation>سجل الأحداث وبيان التسجيل مفقودان.</translation>
    </message>
    <message>
        <source>Its log is {log}.</source>
        <translation>سجلّه هو {log}.</translation>
    </message>
    <message>
        <source>Let an administrator run: icacls &quot;{machine_folder}&quot; /setowner *S-1-5-32-544 /T, then the same with /inheritance:r /grant *S-1-5-32-544:(OI)(CI)F *S-1-5-18:(OI)(CI)F *S-1-5-32-545:(OI)(CI)RX.</source>
        <translation>ليُنفِّذ مدير النظام: ⁦icacls &quot;{machine_folder}&quot; /setowner *S-1-5-32-544 /T⁩، ثم الأمر نفسه مع ⁦/inheritance:r /grant *S-1-5-32-544:(OI)(CI)F *S-1-5-18:(OI)(CI)F *S-1-5-32-545:(OI)(CI)RX⁩.</translation>
    </message>
    <message>
        <source>Let it accept bodies of 64 MiB.</source>
        <translation>ليُسمح له بقبول طلبات حجمها 64 MiB.</translation>
    </message>
    <message>
        <source>Let it use camera and microphone in the system&apos;s settings, or install the system&apos;s own package.</source>
        <translation>اسمح له باستخدام الكاميرا والميكروفون في إعدادات النظام، أو ثبّت حزمة النظام نفسه.</translation>
    </message>
    <message>
        <source>Lower its level in the system&apos;s sound settings, or move it away.</source>
        <translation>اخفض مستواه في إعدادات الصوت في النظام، أو أبعده.</translation>
    </message>
    <message>
        <source>Lower the loudspeaker, or use headphones.</source>
        <translation>اخفض صوت السماعة، أو استخدم سماعات الرأس.</translation>
    </message>
    <message>
        <source>Lower the microphone&apos;s level, or move it away.</source>
        <translation>اخفض مستوى الميكروفون، أو أبعده.</translation>
    </message>
    <message>
        <source>Make room, then try again.</source>
        <translation>أفسح مكانًا، ثم حاول مرة أخرى.</translation>
    </message>
    <message>
        <source>Make the room lighter, or plug the camera into a port of its own.</source>
        <translation>زد الإضاءة في الغرفة، أو صِل الكاميرا بمنفذ خاص بها.</translation>
    </message>
    <message>
        <source>Microphone silent for {seconds} s.</source>
        <translation>الميكروفون صامت منذ {seconds} ث.</translation>
    </message>
    <message>
        <source>Move the file aside and start again.</source>
        <translation>انقل الملف جانبًا وابدأ من جديد.</translation>
    </message>
    <message>
        <source>Name another one.</source>
        <translation>سمِّ غيره.</translation>
    </message>
    <message>
        <source>No answer within {deadline_s} s to: {what}.</source>
        <translation>لا إجابة خلال {deadline_s} ث عن: {what}.</translation>
    </message>
    <message>
        <source>No camera is plugged in.</source>
        <translation>لا توجد كاميرا موصولة.</translation>
    </message>
    <message>
        <source>No encrypted connection to {base} comes about: {error}.</source>
        <translation>لا يمكن إنشاء اتصال مشفَّر مع {base}: {error}.</translation>
    </message>
    <message>
        <source>No self-test was made yet; one is due at {self_test_at}.</source>
        <translation>لم يُجرَ اختبار ذاتي بعد؛ وموعده {self_test_at}.</translation>
    </message>
    <message>
        <source>No self-test was made yet; one is due at {self_test_at}. None was made since.</source>
        <translation>لم يُجرَ اختبار ذاتي بعد؛ وموعده {self_test_at}. ولم يُجرَ أي اختبار منذ ذلك الحين.</translation>
    </message>
    <message>
        <source>No voice speaks {language}.</source>
        <translation>لا يوجد صوت يتكلم {language}.</translation>
    </message>
    <message>
        <source>No {NAMES} is not there. The system lists none.</source>
        <translation>الجهاز المطلوب ({NAMES}) غير موجود. لا يجد النظام أي جهاز من هذا النوع.</translation>
    </message>
    <message>
        <source>No {NAMES} is not there. There is: {list}.</source>
        <translation>الجهاز المطلوب ({NAMES}) غير موجود. الموجود: {list}.</translation>
    </message>
    <message>
        <source>No {NAMES} is plugged in. The system lists none.</source>
        <translation>لا يوجد جهاز موصول من هذا النوع ({NAMES}). لا يجد النظام أي جهاز منه.</translation>
    </message>
    <message>
        <source>No {NAMES} is plugged in. There is: {list}.</source>
        <translation>لا يوجد جهاز موصول من هذا النوع ({NAMES}). الموجود: {list}.</translation>
    </message>
    <message>
        <source>Nobody has been heard for {seconds} s, although an answer is expected: there is only the room&apos;s noise.</source>
        <translation>لم يُسمع أحد منذ {seconds} ث مع أن إجابة منتظرة: لا يُسمع إلا ضجيج الغرفة.</translation>
    </message>
    <message>
        <source>Nobody was heard speaking.</source>
        <translation>لم يُسمع أحد يتكلم.</translation>
    </message>
    <message>
        <source>Not all of {name} decodes.</source>
        <translation>لا يمكن فك ترميز {name} كله.</translation>
    </message>
    <message>
        <source>Not known: {trouble}</source>
        <translation>غير معروف: {trouble}</translation>
    </message>
    <message>
        <source>Nothing can be written to {output}: {lower}.</source>
        <translation>لا يمكن كتابة أي شيء في {output}: {lower}.</translation>
    </message>
    <message>
        <source>Nothing is deleted here.</source>
        <translation>لا يُحذف شيء هنا.</translation>
    </message>
    <message>
        <source>Nothing is recorded without consent.</source>
        <translation>لا يُسجَّل شيء من دون موافقة.</translation>
    </message>
    <message>
        <source>Nothing says in which file segment {segment} is.</source>
        <translation>لا شيء يدل على الملف الذي يقع فيه المقطع {segment}.</translation>
    </message>
    <message>
        <source>Nothing says whose recording this is.</source>
        <translation>لا شيء يدل على صاحب هذا التسجيل.</translation>
    </message>
    <message>
        <source>Nothing waits to be sent.</source>
        <translation>لا شيء ينتظر الإرسال.</translation>
    </message>
    <message>
        <source>One second of film takes {share} s to encode with &apos;{preset}&apos;: {reserve} % in reserve.</source>
        <translation>يستغرق ترميز ثانية واحدة من الفيديو {share} ث بالإعداد «{preset}»: الاحتياطي {reserve} %.</translation>
    </message>
    <message>
        <source>Only a rehearsal can be played back.</source>
        <translation>لا يمكن إعادة تشغيل إلا تجربة.</translation>
    </message>
    <message>
        <source>Open it first.</source>
        <translation>افتحه أولًا.</translation>
    </message>
    <message>
        <source>Open the camera&apos;s cover or privacy switch, take away what is in front of the lens, and switch on the light.</source>
        <translation>افتح غطاء الكاميرا أو مفتاح خصوصيتها، وأزل ما أمام العدسة، وأشعل الضوء.</translation>
    </message>
    <message>
        <source>Pictures cannot be encoded: {error}</source>
        <translation>لا يمكن ترميز الصور: {error}</translation>
    </message>
    <message>
        <source>Please call the proctor.</source>
        <translation>من فضلك استدعِ المشرف.</translation>
    </message>
    <message>
        <source>Please report it; the log has the details.</source>
        <translation>من فضلك أبلغ عن ذلك؛ والتفاصيل في السجل.</translation>
    </message>
    <message>
        <source>Please start again.</source>
        <translation>من فضلك ابدأ من جديد.</translation>
    </message>
    <message>
        <source>Plug it in again, and see that the sound server runs.</source>
        <translation>أعد توصيل الجهاز، وتأكد أن خادم الصوت يعمل.</translation>
    </message>
    <message>
        <source>Plug it in again, at a port of its own.</source>
        <translation>أعد توصيل الجهاز بمنفذ خاص به.</translation>
    </message>
    <message>
        <source>Plug it in again, or choose another one.</source>
        <translation>أعد توصيل الجهاز، أو اختر غيره.</translation>
    </message>
    <message>
        <source>Plug it in again.</source>
        <translation>أعد توصيل الجهاز.</translation>
    </message>
    <message>
        <source>Plug it in, or name another one: &apos;kiosk devices&apos; lists what there is.</source>
        <translation>صِل الجهاز، أو سمِّ غيره: يعرض «kiosk devices» ما هو موجود.</translation>
    </message>
    <message>
        <source>Plug the first one in again.</source>
        <translation>صِل الجهاز الأول مرة أخرى.</translation>
    </message>
    <message>
        <source>Plug {name} in again.</source>
        <translation>صِل {name} مرة أخرى.</translation>
    </message>
    <message>
        <source>Put its name and password into the address: http://NAME:PASSWORD@HOST/PATH.</source>
        <translation>ضع الاسم وكلمة المرور في عنوانها: ⁦http://NAME:PASSWORD@HOST/PATH⁩.</translation>
    </message>
    <message>
        <source>Put that right, then &apos;kiosk sync --retry&apos;.</source>
        <translation>أصلح ذلك، ثم نفّذ «kiosk sync --retry».</translation>
    </message>
    <message>
        <source>Questions go on as captions. {remedy}</source>
        <translation>تستمر الأسئلة نصًا. {remedy}</translation>
    </message>
    <message>
        <source>Raise its level in the system&apos;s sound settings, or move it nearer.</source>
        <translation>ارفع مستواه في إعدادات الصوت في النظام، أو قرّبه.</translation>
    </message>
    <message>
        <source>Raise the microphone&apos;s level, or move it nearer.</source>
        <translation>ارفع مستوى الميكروفون، أو قرّبه.</translation>
    </message>
    <message>
        <source>Recording {session} cannot be sent. {error}</source>
        <translation>لا يمكن إرسال التسجيل {session}. {error}</translation>
    </message>
    <message>
        <source>Recording {session} cannot be sent. {error} {parked} more cannot be sent either.</source>
        <translation>لا يمكن إرسال التسجيل {session}. {error} وهناك تسجيلات أخرى لا يمكن إرسالها (عددها: {parked}).</translation>
    </message>
    <message>
        <source>Recordings are kept; &apos;kiosk sync&apos; sends them.</source>
        <translation>التسجيلات محفوظة؛ ويرسلها «kiosk sync».</translation>
    </message>
    <message>
        <source>Recordings cannot be stored in {output}: {strerror}.</source>
        <translation>لا يمكن حفظ التسجيلات في {output}: {strerror}.</translation>
    </message>
    <message>
        <source>Recordings cannot be stored in {output}: {why}.</source>
        <translation>لا يمكن حفظ التسجيلات في {output}: {why}.</translation>
    </message>
    <message>
        <source>Remove it from the question.</source>
        <translation>احذفه من السؤال.</translation>
    </message>
    <message>
        <source>Revoke that one first if it is gone.</source>
        <translation>ألغِ تسجيل ذلك الحاسوب أولًا إن لم يعد موجودًا.</translation>
    </message>
    <message>
        <source>Run &apos;kiosk devices&apos; to see the voices.</source>
        <translation>نفّذ «kiosk devices» لترى الأصوات.</translation>
    </message>
    <message>
        <source>Run &apos;kiosk doctor&apos; as the kiosk&apos;s own account. If it is that, end the process &apos;kiosk _recorder&apos;.</source>
        <translation>نفّذ «kiosk doctor» بالحساب الخاص بالجهاز. فإن كان هذا هو الحساب فأنهِ العملية «kiosk _recorder».</translation>
    </message>
    <message>
        <source>Run &apos;kiosk recover&apos;: recordings are not affected.</source>
        <translation>نفّذ «kiosk recover»: لم تتأثر التسجيلات.</translation>
    </message>
    <message>
        <source>Run &apos;kiosk rehearse&apos; with flashes and clicks, and set what it proposes.</source>
        <translation>نفّذ «kiosk rehearse» مع ومضات ونقرات، واضبط ما يقترحه.</translation>
    </message>
    <message>
        <source>Run &apos;kiosk selftest&apos; again.</source>
        <translation>نفّذ «kiosk selftest» مرة أخرى.</translation>
    </message>
    <message>
        <source>Run &apos;kiosk selftest&apos;.</source>
        <translation>نفّذ «kiosk selftest».</translation>
    </message>
    <message>
        <source>Run: sudo apt install espeak-ng. On Windows install a voice.</source>
        <translation>نفّذ: ⁦sudo apt install espeak-ng⁩. وعلى Windows ثبّت صوتًا.</translation>
    </message>
    <message>
        <source>Run: sudo apt install libportaudio2.</source>
        <translation>نفّذ: ⁦sudo apt install libportaudio2⁩.</translation>
    </message>
    <message>
        <source>Run: sudo usermod -aG audio ACCOUNT, then sign in again. On Windows allow apps the microphone.</source>
        <translation>نفّذ: ⁦sudo usermod -aG audio ACCOUNT⁩، ثم سجّل الدخول مرة أخرى. وعلى Windows اسمح للتطبيقات باستخدام الميكروفون.</translation>
    </message>
    <message>
        <source>Run: sudo usermod -aG video {account}, then sign in again. Or turn off the camera&apos;s privacy switch.</source>
        <translation>نفّذ: ⁦sudo usermod -aG video {account}⁩، ثم سجّل الدخول مرة أخرى. أو أطفئ مفتاح خصوصية الكاميرا.</translation>
    </message>
    <message>
        <source>Run: sudo usermod -aG {groups} ACCOUNT, then sign in again.</source>
        <translation>نفّذ: ⁦sudo usermod -aG {groups} ACCOUNT⁩، ثم سجّل الدخول مرة أخرى.</translation>
    </message>
    <message>
        <source>Save the interview file as UTF-8.</source>
        <translation>احفظ ملف المقابلة بترميز UTF-8.</translation>
    </message>
    <message>
        <source>Say a few sentences, as loud as in the interview. If that does not help, check the microphone.</source>
        <translation>قل بضع جمل بالصوت الذي ستتكلم به في المقابلة. فإن لم يُفد ذلك فافحص الميكروفون.</translation>
    </message>
    <message>
        <source>See that &apos;kiosk sync&apos; runs.</source>
        <translation>تأكد أن «kiosk sync» يعمل.</translation>
    </message>
    <message>
        <source>See that it is plugged in and free.</source>
        <translation>تأكد أن الجهاز موصول وغير مستخدم.</translation>
    </message>
    <message>
        <source>See that it is plugged in, chosen, and not muted.</source>
        <translation>تأكد أنه موصول، وأنه هو المختار، وأنه غير مكتوم.</translation>
    </message>
    <message>
        <source>See that the kiosk, or its timer for &apos;kiosk selftest&apos;, runs at that hour.</source>
        <translation>تأكد أن الجهاز، أو مؤقت «kiosk selftest»، يعمل في تلك الساعة.</translation>
    </message>
    <message>
        <source>See that the loudspeaker is on and loud enough, and that the microphone is not covered.</source>
        <translation>تأكد أن السماعة تعمل بصوت كافٍ، وأن لا شيء يغطي الميكروفون.</translation>
    </message>
    <message>
        <source>See that the sound and camera drivers are installed.</source>
        <translation>تأكد أن برامج تشغيل الصوت والكاميرا مثبَّتة.</translation>
    </message>
    <message>
        <source>Segment {number} is stored already and is not among these.</source>
        <translation>المقطع {number} محفوظ بالفعل وليس من بين هذه المقاطع.</translation>
    </message>
    <message>
        <source>Segment {number} is stored already with other bytes.</source>
        <translation>المقطع {number} محفوظ بالفعل ببايتات أخرى.</translation>
    </message>
    <message>
        <source>Segment {segment} cannot have {bytes} bytes.</source>
        <translation>لا يمكن أن يكون عدد بايتات المقطع {segment} هو {bytes}.</translation>
    </message>
    <message>
        <source>Segment {segment} has a time that is out of range.</source>
        <translation>في المقطع {segment} وقت خارج المدى.</translation>
    </message>
    <message>
        <source>Segment {segment} with {chunks} chunks is out of range.</source>
        <translation>عدد قطع المقطع {segment} خارج المدى: {chunks}.</translation>
    </message>
    <message>
        <source>Self-test of {replace}: {sentence}</source>
        <translation>الاختبار الذاتي في {replace}: {sentence}</translation>
    </message>
    <message>
        <source>Self-test of {replace}: {sentence} None was made since.</source>
        <translation>الاختبار الذاتي في {replace}: {sentence} ولم يُجرَ أي اختبار منذ ذلك الحين.</translation>
    </message>
    <message>
        <source>Send Content-Length.</source>
        <translation>أرسل Content-Length.</translation>
    </message>
    <message>
        <source>Send it again.</source>
        <translation>أرسله مرة أخرى.</translation>
    </message>
    <message>
        <source>Send them, then say so again.</source>
        <translation>أرسلها، ثم أخبر بذلك مرة أخرى.</translation>
    </message>
    <message>
        <source>Set &apos;{kind}&apos; in the configuration to a real one before interviews.</source>
        <translation>اضبط «{kind}» في الإعدادات على جهاز حقيقي قبل المقابلات.</translation>
    </message>
    <message>
        <source>Set the {kind} to simulated.</source>
        <translation>اضبط الجهاز ({kind}) على «simulated».</translation>
    </message>
    <message>
        <source>Shorten the question.</source>
        <translation>اختصر السؤال.</translation>
    </message>
    <message>
        <source>Something between this kiosk and the server answers in its place, perhaps a sign-in page of the network.</source>
        <translation>شيء بين هذا الجهاز والخادم يجيب بدلًا منه، وربما كانت صفحة تسجيل الدخول إلى الشبكة.</translation>
    </message>
    <message>
        <source>Something else records into {output}, perhaps another login of this account.</source>
        <translation>شيء آخر يسجّل في {output}، وربما كان جلسة أخرى لهذا الحساب.</translation>
    </message>
    <message>
        <source>Something hangs there: unplug and plug in again what belongs to it, or start the machine anew.</source>
        <translation>شيء ما لا يستجيب هناك: افصل ما يتعلق به وصِله مرة أخرى، أو أعد تشغيل الحاسوب.</translation>
    </message>
    <message>
        <source>Something is being played back.</source>
        <translation>تجري الآن إعادة تشغيل.</translation>
    </message>
    <message>
        <source>Something that does not answer this account holds {output}: devices are not examined.</source>
        <translation>شيء لا يجيب هذا الحساب يحجز {output}: لا تُفحص الأجهزة.</translation>
    </message>
    <message>
        <source>Start a new segment.</source>
        <translation>ابدأ مقطعًا جديدًا.</translation>
    </message>
    <message>
        <source>Start the kiosk, which does it by itself, or run &apos;kiosk recover&apos;.</source>
        <translation>شغّل برنامج الجهاز، فهو يفعل ذلك تلقائيًا، أو نفّذ «kiosk recover».</translation>
    </message>
    <message>
        <source>Start the machine anew; the log tells more.</source>
        <translation>أعد تشغيل الحاسوب؛ وفي السجل المزيد.</translation>
    </message>
    <message>
        <source>Switch it on, or raise its level in the system&apos;s sound settings.</source>
        <translation>شغّله، أو ارفع مستواه في إعدادات الصوت في النظام.</translation>
    </message>
    <message>
        <source>Switch on more light in front of the candidate, and see that nothing covers the lens.</source>
        <translation>زد الضوء أمام المتقدم، وتأكد أن لا شيء يغطي العدسة.</translation>
    </message>
    <message>
        <source>Switch on more light, and plug the camera straight into the computer. Sound and picture stay together.</source>
        <translation>زد الضوء، وصِل الكاميرا بالحاسوب مباشرة. يبقى الصوت والصورة متزامنين.</translation>
    </message>
    <message>
        <source>Take away what covers the lens, or turn the camera to the candidate.</source>
        <translation>أزل ما يغطي العدسة، أو وجّه الكاميرا نحو المتقدم.</translation>
    </message>
    <message>
        <source>Take it out there, or ask the administrator.</source>
        <translation>احذفه من هناك، أو اسأل مدير النظام.</translation>
    </message>
    <message>
        <source>Tell whoever looks after the server to renew it.</source>
        <translation>أخبر المسؤول عن الخادم لكي يجدّدها.</translation>
    </message>
    <message>
        <source>The answer of {base} is longer than any answer of the server.</source>
        <translation>إجابة {base} أطول من أي إجابة للخادم.</translation>
    </message>
    <message>
        <source>The answer of {base} is not one of the server (status {status}).</source>
        <translation>إجابة {base} ليست من إجابات الخادم (الحالة {status}).</translation>
    </message>
    <message>
        <source>The assignments cannot be kept in {folder}: {strerror}.</source>
        <translation>لا يمكن حفظ المقابلات المسندة في {folder}: {strerror}.</translation>
    </message>
    <message>
        <source>The body ended {left} bytes too early.</source>
        <translation>انتهى محتوى الطلب قبل أوانه (بايتات ناقصة: {left}).</translation>
    </message>
    <message>
        <source>The body has {found} bytes; {largest} is the most.</source>
        <translation>عدد بايتات محتوى الطلب {found}؛ والحد الأقصى {largest}.</translation>
    </message>
    <message>
        <source>The body is nested too deep.</source>
        <translation>محتوى الطلب متداخل أكثر مما ينبغي.</translation>
    </message>
    <message>
        <source>The body is not JSON in order.</source>
        <translation>محتوى الطلب ليس JSON صحيحًا.</translation>
    </message>
    <message>
        <source>The body is not a JSON object.</source>
        <translation>محتوى الطلب ليس كائن JSON.</translation>
    </message>
    <message>
        <source>The body is not what its digest says.</source>
        <translation>محتوى الطلب لا يطابق بصمته.</translation>
    </message>
    <message>
        <source>The body is too large.</source>
        <translation>محتوى الطلب أكبر مما ينبغي.</translation>
    </message>
    <message>
        <source>The body&apos;s length is not a number.</source>
        <translation>طول محتوى الطلب ليس رقمًا.</translation>
    </message>
    <message>
        <source>The call of the proctor cannot be kept: {strerror}.</source>
        <translation>لا يمكن حفظ استدعاء المشرف: {strerror}.</translation>
    </message>
    <message>
        <source>The camera does not answer.</source>
        <translation>الكاميرا لا تستجيب.</translation>
    </message>
    <message>
        <source>The camera file is closed.</source>
        <translation>ملف الكاميرا مغلق.</translation>
    </message>
    <message>
        <source>The camera file {path} cannot be opened ({strerror}).</source>
        <translation>لا يمكن فتح ملف الكاميرا {path} ({strerror}).</translation>
    </message>
    <message>
        <source>The camera file {path} cannot be read as a video.</source>
        <translation>لا يمكن قراءة ملف الكاميرا {path} على أنه فيديو.</translation>
    </message>
    <message>
        <source>The camera file {path} does not exist.</source>
        <translation>ملف الكاميرا {path} غير موجود.</translation>
    </message>
    <message>
        <source>The camera file {path} holds no JPEG pictures.</source>
        <translation>لا صور JPEG في ملف الكاميرا {path}.</translation>
    </message>
    <message>
        <source>The camera file {path} holds no pictures.</source>
        <translation>لا صور في ملف الكاميرا {path}.</translation>
    </message>
    <message>
        <source>The camera gives no pictures any more.</source>
        <translation>لم تعد الكاميرا تعطي صورًا.</translation>
    </message>
    <message>
        <source>The camera gives no pictures.</source>
        <translation>الكاميرا لا تعطي صورًا.</translation>
    </message>
    <message>
        <source>The camera gives only {fps} pictures a second.</source>
        <translation>عدد الصور التي تعطيها الكاميرا في الثانية لا يتجاوز {fps}.</translation>
    </message>
    <message>
        <source>The camera gives {rate} pictures a second.</source>
        <translation>عدد الصور التي تعطيها الكاميرا في الثانية: {rate}.</translation>
    </message>
    <message>
        <source>The camera handed over a damaged picture.</source>
        <translation>أعطت الكاميرا صورة تالفة.</translation>
    </message>
    <message>
        <source>The camera or the microphone did not get ready in time.</source>
        <translation>لم تجهز الكاميرا أو الميكروفون في الوقت المحدد.</translation>
    </message>
    <message>
        <source>The camera shows one even surface and nobody in front of it.</source>
        <translation>لا تُظهر الكاميرا إلا سطحًا واحدًا متجانسًا، ولا أحد أمامها.</translation>
    </message>
    <message>
        <source>The camera {name} gives no pictures any more.</source>
        <translation>لم تعد الكاميرا {name} تعطي صورًا.</translation>
    </message>
    <message>
        <source>The camera {name} gives only damaged pictures.</source>
        <translation>الكاميرا {name} لا تعطي إلا صورًا تالفة.</translation>
    </message>
    <message>
        <source>The camera {name} gives pictures that cannot be used.</source>
        <translation>الكاميرا {name} تعطي صورًا لا يمكن استخدامها.</translation>
    </message>
    <message>
        <source>The camera {name} is closed.</source>
        <translation>الكاميرا {name} مغلقة.</translation>
    </message>
    <message>
        <source>The camera {name} is not plugged in. There is another one at its place: {name2}.</source>
        <translation>الكاميرا {name} غير موصولة. وفي مكانها كاميرا أخرى: {name2}.</translation>
    </message>
    <message>
        <source>The camera {name} reports an error.</source>
        <translation>الكاميرا {name} تبلغ عن خطأ.</translation>
    </message>
    <message>
        <source>The camera {path} cannot be opened ({strerror}).</source>
        <translation>لا يمكن فتح الكاميرا {path} ({strerror}).</translation>
    </message>
    <message>
        <source>The camera {path} is in use by another program.</source>
        <translation>يستخدم برنامج آخر الكاميرا {path}.</translation>
    </message>
    <message>
        <source>The camera {spec} is of no known kind.</source>
        <translation>الكاميرا {spec} من نوع غير معروف.</translation>
    </message>
    <message>
        <source>The camera {split}://… is of no known kind.</source>
        <translation>الكاميرا ⁦{split}://…⁩ من نوع غير معروف.</translation>
    </message>
    <message>
        <source>The camera&apos;s address has no host.</source>
        <translation>عنوان الكاميرا لا مضيف فيه.</translation>
    </message>
    <message>
        <source>The camera&apos;s address has no valid port: {hostname}.</source>
        <translation>لا منفذ صحيحًا في عنوان الكاميرا: {hostname}.</translation>
    </message>
    <message>
        <source>The camera&apos;s picture is black.</source>
        <translation>صورة الكاميرا سوداء.</translation>
    </message>
    <message>
        <source>The camera&apos;s picture stands still.</source>
        <translation>صورة الكاميرا متوقفة لا تتغير.</translation>
    </message>
    <message>
        <source>The camera&apos;s thread failed: {error}.</source>
        <translation>توقف عمل الكاميرا بسبب خطأ: {error}.</translation>
    </message>
    <message>
        <source>The child that was asked for {what} died (exit {returncode}).</source>
        <translation>العملية التي سُئلت عن {what} انتهت بخطأ (الرمز {returncode}).</translation>
    </message>
    <message>
        <source>The chunk is not what its digest says.</source>
        <translation>القطعة لا تطابق بصمتها.</translation>
    </message>
    <message>
        <source>The chunks of segment {segment} have {size} bytes together, not {bytes}.</source>
        <translation>مجموع بايتات قطع المقطع {segment} هو {size} لا {bytes}.</translation>
    </message>
    <message>
        <source>The clock is not synchronised, so the times in recordings may be wrong.</source>
        <translation>الساعة غير متزامنة، فقد تكون الأوقات في التسجيلات خاطئة.</translation>
    </message>
    <message>
        <source>The clock is {off} s ahead of the server&apos;s.</source>
        <translation>الساعة متقدمة {off} ث على ساعة الخادم.</translation>
    </message>
    <message>
        <source>The clock is {off} s behind the server&apos;s.</source>
        <translation>الساعة متأخرة {off} ث عن ساعة الخادم.</translation>
    </message>
    <message>
        <source>The clocks of kiosk and server are {off_s} minutes apart.</source>
        <translation>الفرق بين ساعتي الجهاز والخادم بالدقائق: {off_s}.</translation>
    </message>
    <message>
        <source>The computer does not keep up with the picture, so the picture is made with less effort from now on.</source>
        <translation>لا يلحق الحاسوب بالصورة، لذلك تُرمَّز الصورة بجهد أقل من الآن فصاعدًا.</translation>
    </message>
    <message>
        <source>The computer is too slow for this camera: pictures may be missing.</source>
        <translation>الحاسوب أبطأ مما تحتاجه هذه الكاميرا: قد تُفقد صور.</translation>
    </message>
    <message>
        <source>The configuration is right: {said} of {sources} keys are set.</source>
        <translation>الإعدادات صحيحة: ضُبط منها {said} من {sources}.</translation>
    </message>
    <message>
        <source>The configured ({spec}) {NAMES} is not there. The system lists none.</source>
        <translation>الجهاز المضبوط في الإعدادات ({spec}، {NAMES}) غير موجود. لا يجد النظام أي جهاز من هذا النوع.</translation>
    </message>
    <message>
        <source>The configured ({spec}) {NAMES} is not there. There is: {list}.</source>
        <translation>الجهاز المضبوط في الإعدادات ({spec}، {NAMES}) غير موجود. الموجود: {list}.</translation>
    </message>
    <message>
        <source>The configured ({spec}) {NAMES} is plugged in. The system lists none.</source>
        <translation>الجهاز المضبوط في الإعدادات ({spec}، {NAMES}) غير موصول. لا يجد النظام أي جهاز من هذا النوع.</translation>
    </message>
    <message>
        <source>The configured ({spec}) {NAMES} is plugged in. There is: {list}.</source>
        <translation>الجهاز المضبوط في الإعدادات ({spec}، {NAMES}) غير موصول. الموجود: {list}.</translation>
    </message>
    <message>
        <source>The connection to the recorder was lost.</source>
        <translation>انقطع الاتصال بالمسجِّل.</translation>
    </message>
    <message>
        <source>The connection to the server {base} broke.</source>
        <translation>انقطع الاتصال بالخادم {base}.</translation>
    </message>
    <message>
        <source>The consent text is missing from this installation.</source>
        <translation>نص الموافقة مفقود من هذا التثبيت.</translation>
    </message>
    <message>
        <source>The consent text {path} cannot be read.</source>
        <translation>لا يمكن قراءة نص الموافقة {path}.</translation>
    </message>
    <message>
        <source>The consent text {path} does not begin with a line &quot;Version: …&quot;, or is empty.</source>
        <translation>نص الموافقة {path} لا يبدأ بسطر ⁦&quot;Version: …&quot;⁩، أو هو فارغ.</translation>
    </message>
    <message>
        <source>The copy of {session} cannot be deleted: {strerror}.</source>
        <translation>لا يمكن حذف نسخة {session}: {strerror}.</translation>
    </message>
    <message>
        <source>The device {spec} has characters in it that no device has.</source>
        <translation>في اسم الجهاز {spec} رموز لا توجد في اسم أي جهاز.</translation>
    </message>
    <message>
        <source>The devices are not open.</source>
        <translation>الأجهزة غير مفتوحة.</translation>
    </message>
    <message>
        <source>The devices cannot be listed ({strerror}).</source>
        <translation>لا يمكن عرض قائمة الأجهزة ({strerror}).</translation>
    </message>
    <message>
        <source>The devices could not be opened: {error}.</source>
        <translation>تعذّر فتح الأجهزة: {error}.</translation>
    </message>
    <message>
        <source>The digits for the time in the picture are missing or damaged.</source>
        <translation>أرقام الوقت التي تُكتب في الصورة مفقودة أو تالفة.</translation>
    </message>
    <message>
        <source>The disk did not take the end of the recording in time.</source>
        <translation>لم يقبل القرص نهاية التسجيل في الوقت المحدد.</translation>
    </message>
    <message>
        <source>The disk does not finish.</source>
        <translation>القرص لا يُتم الكتابة.</translation>
    </message>
    <message>
        <source>The disk has room for {left} more.</source>
        <translation>الوقت الباقي الذي يتسع له القرص: {left}.</translation>
    </message>
    <message>
        <source>The disk is full, so the interview had to end. What was recorded until then is stored.</source>
        <translation>امتلأ القرص، فكان لا بد من إنهاء المقابلة. ما سُجِّل حتى ذلك الحين محفوظ.</translation>
    </message>
    <message>
        <source>The disk is full: {name} cannot grow.</source>
        <translation>القرص ممتلئ: لا يمكن أن يكبر {name}.</translation>
    </message>
    <message>
        <source>The disk of {output} cannot be asked: {strerror}.</source>
        <translation>لا يمكن سؤال القرص الذي يقع عليه {output}: {strerror}.</translation>
    </message>
    <message>
        <source>The disk of {output} has room for {minutes}; this interview may take {minutes2}.</source>
        <translation>يتسع القرص الذي يقع عليه {output} لما مدته {minutes}؛ وقد تستغرق هذه المقابلة {minutes2}.</translation>
    </message>
    <message>
        <source>The disk of {output} is full.</source>
        <translation>القرص الذي يقع عليه {output} ممتلئ.</translation>
    </message>
    <message>
        <source>The disk takes no more data.</source>
        <translation>لم يعد القرص يقبل بيانات.</translation>
    </message>
    <message>
        <source>The disk with the session database {path} is full.</source>
        <translation>القرص الذي عليه قاعدة بيانات الجلسات {path} ممتلئ.</translation>
    </message>
    <message>
        <source>The echo canceller cannot be used ({error}).</source>
        <translation>لا يمكن استخدام مزيل الصدى ({error}).</translation>
    </message>
    <message>
        <source>The end of {name} does not decode. It was left as it is.</source>
        <translation>لا يمكن فك ترميز نهاية {name}. تُركت كما هي.</translation>
    </message>
    <message>
        <source>The file of certificates {ca_file} cannot be used: it holds none.</source>
        <translation>لا يمكن استخدام ملف الشهادات {ca_file}: لا شهادات فيه.</translation>
    </message>
    <message>
        <source>The file of segment {segment} is missing.</source>
        <translation>ملف المقطع {segment} مفقود.</translation>
    </message>
    <message>
        <source>The file {file} cannot be read: {strerror}.</source>
        <translation>لا يمكن قراءة الملف {file}: {strerror}.</translation>
    </message>
    <message>
        <source>The file {file} is not what was recorded any more (chunk {number}).</source>
        <translation>لم يعد الملف {file} كما سُجِّل (القطعة {number}).</translation>
    </message>
    <message>
        <source>The file {path} cannot be opened ({strerror}).</source>
        <translation>لا يمكن فتح الملف {path} ({strerror}).</translation>
    </message>
    <message>
        <source>The folder {output} cannot be read: {strerror}.</source>
        <translation>لا يمكن قراءة المجلد {output}: {strerror}.</translation>
    </message>
    <message>
        <source>The gate takes its place.</source>
        <translation>تحل البوابة الصوتية محله.</translation>
    </message>
    <message>
        <source>The interview cannot begin. {what}</source>
        <translation>لا يمكن أن تبدأ المقابلة. {what}</translation>
    </message>
    <message>
        <source>The journal does not say which session it is of.</source>
        <translation>لا يذكر سجل الأحداث لأي جلسة هو.</translation>
    </message>
    <message>
        <source>The journal {path} cannot be read: {strerror}.</source>
        <translation>لا يمكن قراءة سجل الأحداث {path}: {strerror}.</translation>
    </message>
    <message>
        <source>The journal&apos;s line of a sealed segment is damaged.</source>
        <translation>سطر المقطع المختوم في سجل الأحداث تالف.</translation>
    </message>
    <message>
        <source>The journal&apos;s line of what is durable is damaged.</source>
        <translation>السطر الذي يذكر ما ثبت على القرص في سجل الأحداث تالف.</translation>
    </message>
    <message>
        <source>The kiosk &apos;{name}&apos; sends this recording.</source>
        <translation>الجهاز «{name}» هو الذي يرسل هذا التسجيل.</translation>
    </message>
    <message>
        <source>The listing process was started wrongly.</source>
        <translation>بدأت عملية عرض الأجهزة على نحو خاطئ.</translation>
    </message>
    <message>
        <source>The log of the recorder tells more.</source>
        <translation>في سجل المسجِّل المزيد.</translation>
    </message>
    <message>
        <source>The loudspeaker {name} changed its rate.</source>
        <translation>غيّرت السماعة {name} معدل عيّناتها.</translation>
    </message>
    <message>
        <source>The loudspeaker {name} plays no more.</source>
        <translation>لم تعد السماعة {name} تصدر صوتًا.</translation>
    </message>
    <message>
        <source>The manifest cannot be used: {error}</source>
        <translation>لا يمكن استخدام بيان التسجيل: {error}</translation>
    </message>
    <message>
        <source>The manifest does not hold every chunk that was recorded. &apos;kiosk recover&apos; makes it anew.</source>
        <translation>لا يضم بيان التسجيل كل قطعة سُجِّلت. يصنعه «kiosk recover» من جديد.</translation>
    </message>
    <message>
        <source>The manifest has gone.</source>
        <translation>لم يعد بيان التسجيل موجودًا.</translation>
    </message>
    <message>
        <source>The manifest has schema {get}; this program reads schema {SCHEMA}.</source>
        <translation>مخطط بيان التسجيل هو {get}؛ وهذا البرنامج يقرأ المخطط {SCHEMA}.</translation>
    </message>
    <message>
        <source>The manifest has schema {schema}; this server knows {SCHEMA}.</source>
        <translation>مخطط بيان التسجيل هو {schema}؛ وهذا الخادم يعرف {SCHEMA}.</translation>
    </message>
    <message>
        <source>The manifest is damaged: it is not JSON.</source>
        <translation>بيان التسجيل تالف: ليس بصيغة JSON.</translation>
    </message>
    <message>
        <source>The manifest is damaged: it is not a JSON object.</source>
        <translation>بيان التسجيل تالف: ليس كائن JSON.</translation>
    </message>
    <message>
        <source>The manifest is damaged: {what}</source>
        <translation>بيان التسجيل تالف: {what}</translation>
    </message>
    <message>
        <source>The manifest is of another session.</source>
        <translation>بيان التسجيل لجلسة أخرى.</translation>
    </message>
    <message>
        <source>The manifest is that of another recording.</source>
        <translation>بيان التسجيل هو بيان تسجيل آخر.</translation>
    </message>
    <message>
        <source>The manifest is too large to be sent.</source>
        <translation>بيان التسجيل أكبر من أن يُرسَل.</translation>
    </message>
    <message>
        <source>The manifest {path} cannot be read: {strerror}.</source>
        <translation>لا يمكن قراءة بيان التسجيل {path}: {strerror}.</translation>
    </message>
    <message>
        <source>The manifest&apos;s chunks do not make up the whole of {file}. &apos;kiosk recover&apos; makes it anew.</source>
        <translation>لا تشكّل القطع المذكورة في بيان التسجيل {file} كله. يصنعه «kiosk recover» من جديد.</translation>
    </message>
    <message>
        <source>The manifest&apos;s chunks of {file} have a hole. &apos;kiosk recover&apos; makes it anew.</source>
        <translation>في قطع {file} المذكورة في بيان التسجيل ثغرة. يصنعه «kiosk recover» من جديد.</translation>
    </message>
    <message>
        <source>The microphone  gives no sound any more.</source>
        <translation>لم يعد الميكروفون يعطي صوتًا.</translation>
    </message>
    <message>
        <source>The microphone does not hear the loudspeaker&apos;s tone.</source>
        <translation>لا يسمع الميكروفون نغمة السماعة.</translation>
    </message>
    <message>
        <source>The microphone gives no sound.</source>
        <translation>الميكروفون لا يعطي صوتًا.</translation>
    </message>
    <message>
        <source>The microphone hears nothing at all.</source>
        <translation>لا يسمع الميكروفون شيئًا على الإطلاق.</translation>
    </message>
    <message>
        <source>The microphone is muted: it has sent nothing but digital silence for {seconds} s.</source>
        <translation>الميكروفون مكتوم: لم يرسل منذ {seconds} ث إلا صمتًا رقميًا.</translation>
    </message>
    <message>
        <source>The microphone is too loud and distorts.</source>
        <translation>صوت الميكروفون عالٍ أكثر مما ينبغي ومشوَّه.</translation>
    </message>
    <message>
        <source>The microphone is very quiet: {level} dBFS at most in {seconds} s.</source>
        <translation>صوت الميكروفون خافت جدًا: {level} dBFS على الأكثر خلال {seconds} ث.</translation>
    </message>
    <message>
        <source>The microphone {name} gives no sound any more.</source>
        <translation>لم يعد الميكروفون {name} يعطي صوتًا.</translation>
    </message>
    <message>
        <source>The name of the server {base} is not known here.</source>
        <translation>اسم الخادم {base} غير معروف هنا.</translation>
    </message>
    <message>
        <source>The network camera {id} answers, but not with pictures (HTTP {status}).</source>
        <translation>كاميرا الشبكة {id} تستجيب، لكن ليس بصور (HTTP {status}).</translation>
    </message>
    <message>
        <source>The network camera {id} does not answer.</source>
        <translation>كاميرا الشبكة {id} لا تستجيب.</translation>
    </message>
    <message>
        <source>The network camera {id} refuses this kiosk (HTTP {status}).</source>
        <translation>كاميرا الشبكة {id} ترفض هذا الجهاز (HTTP {status}).</translation>
    </message>
    <message>
        <source>The output folder cannot be read: {strerror}.</source>
        <translation>لا يمكن قراءة مجلد التسجيلات: {strerror}.</translation>
    </message>
    <message>
        <source>The output folder {output} cannot be used: {strerror}.</source>
        <translation>لا يمكن استخدام مجلد التسجيلات {output}: {strerror}.</translation>
    </message>
    <message>
        <source>The picture is much too bright.</source>
        <translation>الصورة ساطعة أكثر مما ينبغي بكثير.</translation>
    </message>
    <message>
        <source>The picture is too dark.</source>
        <translation>الصورة مظلمة أكثر مما ينبغي.</translation>
    </message>
    <message>
        <source>The picture {name} of the program is missing or damaged.</source>
        <translation>الصورة {name} من صور البرنامج مفقودة أو تالفة.</translation>
    </message>
    <message>
        <source>The policy {policy_place} sets {fixed} keys, and only the administrator can write it.</source>
        <translation>تحدد السياسة {policy_place} عددًا من الإعدادات ({fixed})، ولا يستطيع كتابتها إلا مدير النظام.</translation>
    </message>
    <message>
        <source>The program runs in a sandbox that may keep devices from it.</source>
        <translation>يعمل البرنامج في بيئة معزولة قد تمنعه من استخدام الأجهزة.</translation>
    </message>
    <message>
        <source>The proxy {without_password} does not answer.</source>
        <translation>الوكيل {without_password} لا يجيب.</translation>
    </message>
    <message>
        <source>The questions are shown as captions. Run &apos;kiosk devices&apos; to see the voices.</source>
        <translation>تُعرض الأسئلة نصًا. نفّذ «kiosk devices» لترى الأصوات.</translation>
    </message>
    <message>
        <source>The receipt has schema {schema}; this program knows {SCHEMA}.</source>
        <translation>مخطط الإيصال هو {schema}؛ وهذا البرنامج يعرف {SCHEMA}.</translation>
    </message>
    <message>
        <source>The recorder cannot prepare: it is {state}.</source>
        <translation>لا يستطيع المسجِّل أن يجهز: حالته {state}.</translation>
    </message>
    <message>
        <source>The recorder could not be started: {strerror} ({filename}).</source>
        <translation>تعذّر تشغيل المسجِّل: {strerror} ({filename}).</translation>
    </message>
    <message>
        <source>The recorder could not be started: {strerror}.</source>
        <translation>تعذّر تشغيل المسجِّل: {strerror}.</translation>
    </message>
    <message>
        <source>The recorder did not answer in time.</source>
        <translation>لم يجب المسجِّل في الوقت المحدد.</translation>
    </message>
    <message>
        <source>The recorder did not become ready again.</source>
        <translation>لم يجهز المسجِّل من جديد.</translation>
    </message>
    <message>
        <source>The recorder does not answer.</source>
        <translation>المسجِّل لا يجيب.</translation>
    </message>
    <message>
        <source>The recorder ended at once (exit code {code}).</source>
        <translation>انتهى المسجِّل فور تشغيله (رمز الخروج {code}).</translation>
    </message>
    <message>
        <source>The recorder ended early.</source>
        <translation>انتهى المسجِّل قبل الأوان.</translation>
    </message>
    <message>
        <source>The recorder ended unexpectedly.</source>
        <translation>انتهى المسجِّل على غير المتوقع.</translation>
    </message>
    <message>
        <source>The recorder failed: {error}.</source>
        <translation>أخفق المسجِّل: {error}.</translation>
    </message>
    <message>
        <source>The recorder is {state}, not {state2}.</source>
        <translation>حالة المسجِّل {state} لا {state2}.</translation>
    </message>
    <message>
        <source>The recorder of {output} runs, but does not answer.</source>
        <translation>المسجِّل الخاص بـ{output} يعمل، لكنه لا يجيب.</translation>
    </message>
    <message>
        <source>The recorder was cut off.</source>
        <translation>انقطع المسجِّل.</translation>
    </message>
    <message>
        <source>The recording cannot be ended: {reason}.</source>
        <translation>لا يمكن إنهاء التسجيل: {reason}.</translation>
    </message>
    <message>
        <source>The recording could not be stored.</source>
        <translation>تعذّر حفظ التسجيل.</translation>
    </message>
    <message>
        <source>The recording did not begin in time.</source>
        <translation>لم يبدأ التسجيل في الوقت المحدد.</translation>
    </message>
    <message>
        <source>The recording did not finish in time. What was recorded so far is stored.</source>
        <translation>لم ينتهِ التسجيل في الوقت المحدد. ما سُجِّل حتى الآن محفوظ.</translation>
    </message>
    <message>
        <source>The recording goes on in a new file. What was stored before stays. Please check the disk.</source>
        <translation>يستمر التسجيل في ملف جديد. ما حُفظ من قبل باقٍ. من فضلك افحص القرص.</translation>
    </message>
    <message>
        <source>The recording had not begun yet: there was no picture.</source>
        <translation>لم يكن التسجيل قد بدأ بعد: لم تكن هناك صورة.</translation>
    </message>
    <message>
        <source>The recording was cut off. &apos;kiosk recover&apos; makes it whole; what is there is sent already.</source>
        <translation>انقطع التسجيل. يكمله «kiosk recover»؛ وما هو موجود أُرسل بالفعل.</translation>
    </message>
    <message>
        <source>The recording&apos;s folder is missing.</source>
        <translation>مجلد التسجيل مفقود.</translation>
    </message>
    <message>
        <source>The rehearsal did not begin in time.</source>
        <translation>لم تبدأ التجربة في الوقت المحدد.</translation>
    </message>
    <message>
        <source>The request does not say how long its body is.</source>
        <translation>لا يذكر الطلب طول محتواه.</translation>
    </message>
    <message>
        <source>The request has no {DIGEST_HEADER} with a SHA-256.</source>
        <translation>لا يوجد في الطلب {DIGEST_HEADER} مع SHA-256.</translation>
    </message>
    <message>
        <source>The request has no {INSTANCE_HEADER}.</source>
        <translation>لا يوجد في الطلب {INSTANCE_HEADER}.</translation>
    </message>
    <message>
        <source>The request is not in order.</source>
        <translation>الطلب غير صحيح.</translation>
    </message>
    <message>
        <source>The same was asked for twice at once.</source>
        <translation>طُلب الشيء نفسه مرتين في الوقت ذاته.</translation>
    </message>
    <message>
        <source>The self-test cannot be kept: {strerror}.</source>
        <translation>لا يمكن حفظ نتيجة الاختبار الذاتي: {strerror}.</translation>
    </message>
    <message>
        <source>The self-test was ended early: the kiosk is wanted.</source>
        <translation>أُنهي الاختبار الذاتي قبل أوانه: الجهاز مطلوب.</translation>
    </message>
    <message>
        <source>The sending could not be started: {strerror}.</source>
        <translation>تعذّر بدء الإرسال: {strerror}.</translation>
    </message>
    <message>
        <source>The server could not make the recording whole: {why}</source>
        <translation>لم يستطع الخادم إتمام التسجيل: {why}</translation>
    </message>
    <message>
        <source>The server does not know that all is sent.</source>
        <translation>لا يعلم الخادم أن كل شيء قد أُرسل.</translation>
    </message>
    <message>
        <source>The server does not know this kiosk any more.</source>
        <translation>لم يعد الخادم يعرف هذا الجهاز.</translation>
    </message>
    <message>
        <source>The server does not know this recording.</source>
        <translation>لا يعرف الخادم هذا التسجيل.</translation>
    </message>
    <message>
        <source>The server has not read it again.</source>
        <translation>لم يقرأه الخادم مرة أخرى.</translation>
    </message>
    <message>
        <source>The server holds another recording under this one&apos;s number.</source>
        <translation>عند الخادم تسجيل آخر تحت رقم هذا التسجيل.</translation>
    </message>
    <message>
        <source>The server holds something else as chunk {key} of segment {key2}.</source>
        <translation>عند الخادم شيء آخر مكان القطعة {key} من المقطع {key2}.</translation>
    </message>
    <message>
        <source>The server is not ready (status {status}).</source>
        <translation>الخادم غير جاهز (الحالة {status}).</translation>
    </message>
    <message>
        <source>The server is still reading it.</source>
        <translation>ما زال الخادم يقرؤه.</translation>
    </message>
    <message>
        <source>The server keeps what came.</source>
        <translation>يحتفظ الخادم بما وصل.</translation>
    </message>
    <message>
        <source>The server made a mistake; it is in its log.</source>
        <translation>أخطأ الخادم؛ والخطأ في سجله.</translation>
    </message>
    <message>
        <source>The server misses chunks that this recording does not have.</source>
        <translation>تنقص الخادم قطع ليست في هذا التسجيل.</translation>
    </message>
    <message>
        <source>The server misses some chunks.</source>
        <translation>تنقص الخادم بعض القطع.</translation>
    </message>
    <message>
        <source>The server refuses this (status {status}).</source>
        <translation>يرفض الخادم هذا (الحالة {status}).</translation>
    </message>
    <message>
        <source>The server {base} cannot be reached.</source>
        <translation>لا يمكن الوصول إلى الخادم {base}.</translation>
    </message>
    <message>
        <source>The server {base} did not answer in time.</source>
        <translation>لم يجب الخادم {base} في الوقت المحدد.</translation>
    </message>
    <message>
        <source>The server {base} is not trusted, so nothing is sent: {why}.</source>
        <translation>الخادم {base} غير موثوق به، لذلك لا يُرسَل شيء: {why}.</translation>
    </message>
    <message>
        <source>The server {url} answers, and this kiosk is not enrolled with it: recordings stay here.</source>
        <translation>الخادم {url} يجيب، لكن هذا الجهاز غير مسجَّل لديه: تبقى التسجيلات هنا.</translation>
    </message>
    <message>
        <source>The server&apos;s address must not hold a name or password.</source>
        <translation>يجب ألا يحتوي عنوان الخادم على اسم أو كلمة مرور.</translation>
    </message>
    <message>
        <source>The server&apos;s answer is no receipt.</source>
        <translation>إجابة الخادم ليست إيصالًا.</translation>
    </message>
    <message>
        <source>The server&apos;s answer is not what it should be: {what}</source>
        <translation>إجابة الخادم ليست كما ينبغي: {what}</translation>
    </message>
    <message>
        <source>The server&apos;s certificate is valid for {days} more days.</source>
        <translation>الأيام الباقية حتى تنتهي شهادة الخادم: {days}.</translation>
    </message>
    <message>
        <source>The server&apos;s database is busy or down.</source>
        <translation>قاعدة بيانات الخادم مشغولة أو متوقفة.</translation>
    </message>
    <message>
        <source>The server&apos;s disk has {value} % left.</source>
        <translation>بقي على قرص الخادم {value} %.</translation>
    </message>
    <message>
        <source>The server&apos;s disk is full.</source>
        <translation>قرص الخادم ممتلئ.</translation>
    </message>
    <message>
        <source>The server&apos;s receipt is for another recording.</source>
        <translation>إيصال الخادم لتسجيل آخر.</translation>
    </message>
    <message>
        <source>The server&apos;s receipt is not signed by the server that this kiosk enrolled with.</source>
        <translation>إيصال الخادم غير موقَّع من الخادم الذي سُجِّل هذا الجهاز لديه.</translation>
    </message>
    <message>
        <source>The server&apos;s store does not work at the moment.</source>
        <translation>مخزن الخادم لا يعمل في هذه اللحظة.</translation>
    </message>
    <message>
        <source>The server, or a proxy before it, takes nothing that is this large.</source>
        <translation>لا يقبل الخادم، أو وكيل أمامه، شيئًا بهذا الحجم.</translation>
    </message>
    <message>
        <source>The session database is of a newer program (version {version}, this one knows {newest}).</source>
        <translation>قاعدة بيانات الجلسات من برنامج أحدث (إصدارها {version}، وهذا البرنامج يعرف {newest}).</translation>
    </message>
    <message>
        <source>The session database is whole: {count} session, {bytes} KiB.</source>
        <translation>قاعدة بيانات الجلسات سليمة: عدد الجلسات {count}، والحجم {bytes} KiB.</translation>
    </message>
    <message>
        <source>The session database is whole: {count} sessions, {bytes} KiB.</source>
        <translation>قاعدة بيانات الجلسات سليمة: عدد الجلسات {count}، والحجم {bytes} KiB.</translation>
    </message>
    <message>
        <source>The session database refuses this entry ({error}).</source>
        <translation>ترفض قاعدة بيانات الجلسات هذا القيد ({error}).</translation>
    </message>
    <message>
        <source>The session database {path} cannot be opened: {lower}.</source>
        <translation>لا يمكن فتح قاعدة بيانات الجلسات {path}: {lower}.</translation>
    </message>
    <message>
        <source>The session database {path} cannot be read now ({error}).</source>
        <translation>لا يمكن الآن قراءة قاعدة بيانات الجلسات {path} ({error}).</translation>
    </message>
    <message>
        <source>The session database {path} cannot be written.</source>
        <translation>لا يمكن الكتابة في قاعدة بيانات الجلسات {path}.</translation>
    </message>
    <message>
        <source>The session database {path} is damaged. The recordings are not affected: they lie in their own folders.</source>
        <translation>قاعدة بيانات الجلسات {path} تالفة. لم تتأثر التسجيلات: فهي في مجلداتها الخاصة.</translation>
    </message>
    <message>
        <source>The session database {path} is in use by another program.</source>
        <translation>يستخدم برنامج آخر قاعدة بيانات الجلسات {path}.</translation>
    </message>
    <message>
        <source>The session database {path} was written by a newer version of this program.</source>
        <translation>كُتبت قاعدة بيانات الجلسات {path} بإصدار أحدث من هذا البرنامج.</translation>
    </message>
    <message>
        <source>The session&apos;s id is not a UUID.</source>
        <translation>معرّف الجلسة ليس UUID.</translation>
    </message>
    <message>
        <source>The sound file {path} does not exist.</source>
        <translation>الملف الصوتي {path} غير موجود.</translation>
    </message>
    <message>
        <source>The sound library PortAudio is not installed.</source>
        <translation>مكتبة الصوت PortAudio غير مثبَّتة.</translation>
    </message>
    <message>
        <source>The sound server of the {kind} {name} is gone.</source>
        <translation>لم يعد خادم الصوت موجودًا ({kind}: {name}).</translation>
    </message>
    <message>
        <source>The speech engine cannot be started ({strerror}).</source>
        <translation>لا يمكن تشغيل محرك النطق ({strerror}).</translation>
    </message>
    <message>
        <source>The speech engine did not answer within {deadline_s} s.</source>
        <translation>لم يجب محرك النطق خلال {deadline_s} ث.</translation>
    </message>
    <message>
        <source>The speech engine did not finish.</source>
        <translation>لم يُتم محرك النطق عمله.</translation>
    </message>
    <message>
        <source>The speech engine did not list its voices.</source>
        <translation>لم يعرض محرك النطق أصواته.</translation>
    </message>
    <message>
        <source>The speech engine died (exit {code}).</source>
        <translation>انتهى محرك النطق بخطأ (الرمز {code}).</translation>
    </message>
    <message>
        <source>The speech engine does not know the voice {voice}.</source>
        <translation>لا يعرف محرك النطق الصوت {voice}.</translation>
    </message>
    <message>
        <source>The speech engine failed: {error}.</source>
        <translation>أخفق محرك النطق: {error}.</translation>
    </message>
    <message>
        <source>The speech engine failed: {failures}.</source>
        <translation>أخفق محرك النطق: {failures}.</translation>
    </message>
    <message>
        <source>The speech engine has no voices.</source>
        <translation>لا أصوات في محرك النطق.</translation>
    </message>
    <message>
        <source>The speech engine stopped early: {seconds} s for {text} characters.</source>
        <translation>توقف محرك النطق مبكرًا: {seconds} ث لنص عدد حروفه {text}.</translation>
    </message>
    <message>
        <source>The speech engine was not tried.</source>
        <translation>لم يُجرَّب محرك النطق.</translation>
    </message>
    <message>
        <source>The speech engine yielded a damaged or silent sound file.</source>
        <translation>أعطى محرك النطق ملفًا صوتيًا تالفًا أو صامتًا.</translation>
    </message>
    <message>
        <source>The speech engine yielded a sound file of an unknown kind.</source>
        <translation>أعطى محرك النطق ملفًا صوتيًا من نوع غير معروف.</translation>
    </message>
    <message>
        <source>The speech engine yielded no sound file.</source>
        <translation>لم يعطِ محرك النطق ملفًا صوتيًا.</translation>
    </message>
    <message>
        <source>The speech engine yielded nothing but silence.</source>
        <translation>لم يعطِ محرك النطق إلا صمتًا.</translation>
    </message>
    <message>
        <source>The system lists no camera: plug one in, or use the camera simulated.</source>
        <translation>لا يجد النظام أي كاميرا: صِل كاميرا، أو استخدم الكاميرا «simulated».</translation>
    </message>
    <message>
        <source>The system lists no {kind}. Plug one in and see that the sound server runs. If one is plugged in, the system may refuse it to this account: sudo usermod -aG audio ACCOUNT.</source>
        <translation>لا يجد النظام أي جهاز من هذا النوع ({kind}). صِل جهازًا وتأكد أن خادم الصوت يعمل. وإن كان هناك جهاز موصول فقد يمنعه النظام عن هذا الحساب: ⁦sudo usermod -aG audio ACCOUNT⁩.</translation>
    </message>
    <message>
        <source>The system lists none.</source>
        <translation>لا يجد النظام شيئًا.</translation>
    </message>
    <message>
        <source>The system refuses this account the camera {path}.</source>
        <translation>يمنع النظام الكاميرا {path} عن هذا الحساب.</translation>
    </message>
    <message>
        <source>The system refuses this account the {kind} {name}.</source>
        <translation>يمنع النظام الجهاز عن هذا الحساب ({kind}: {name}).</translation>
    </message>
    <message>
        <source>The text to speak has a NUL character in it.</source>
        <translation>في النص المطلوب نطقه رمز NUL.</translation>
    </message>
    <message>
        <source>The text to speak has half a character in it.</source>
        <translation>في النص المطلوب نطقه نصف رمز.</translation>
    </message>
    <message>
        <source>The text to speak has no words in it.</source>
        <translation>لا كلمات في النص المطلوب نطقه.</translation>
    </message>
    <message>
        <source>The text to speak has {text} characters; the most is {LONGEST_TEXT}.</source>
        <translation>عدد حروف النص المطلوب نطقه {text}؛ والحد الأقصى {LONGEST_TEXT}.</translation>
    </message>
    <message>
        <source>The tone cannot be stored in {parent}: {strerror}.</source>
        <translation>لا يمكن حفظ النغمة في {parent}: {strerror}.</translation>
    </message>
    <message>
        <source>The video encoder cannot start: {reason}.</source>
        <translation>لا يمكن تشغيل مرمِّز الفيديو: {reason}.</translation>
    </message>
    <message>
        <source>The video encoder failed: {reason}.</source>
        <translation>أخفق مرمِّز الفيديو: {reason}.</translation>
    </message>
    <message>
        <source>The voice cannot be stored as {wav} ({strerror}).</source>
        <translation>لا يمكن حفظ الصوت باسم {wav} ({strerror}).</translation>
    </message>
    <message>
        <source>The voice cannot be stored in {folder} ({strerror}).</source>
        <translation>لا يمكن حفظ الصوت في {folder} ({strerror}).</translation>
    </message>
    <message>
        <source>The voice process was started wrongly.</source>
        <translation>بدأت عملية النطق على نحو خاطئ.</translation>
    </message>
    <message>
        <source>The voice {base} has no variant {variant}.</source>
        <translation>لا يوجد للصوت {base} نوع {variant}.</translation>
    </message>
    <message>
        <source>The {NAMES} is a file that is not there: {path}.</source>
        <translation>الجهاز المضبوط ({NAMES}) ملف غير موجود: {path}.</translation>
    </message>
    <message>
        <source>The {NAMES} is left out, as it is configured.</source>
        <translation>الجهاز ({NAMES}) مستغنى عنه كما هو في الإعدادات.</translation>
    </message>
    <message>
        <source>The {NAMES} is simulated, as it is configured.</source>
        <translation>الجهاز ({NAMES}) محاكى كما هو في الإعدادات.</translation>
    </message>
    <message>
        <source>The {NAMES} is {name} at {rate} Hz.</source>
        <translation>الجهاز ({NAMES}): {name} عند {rate} Hz.</translation>
    </message>
    <message>
        <source>The {kind} is not simulated.</source>
        <translation>الجهاز ({kind}) ليس محاكى.</translation>
    </message>
    <message>
        <source>The {kind} {name} cannot be opened ({text}).</source>
        <translation>لا يمكن فتح الجهاز {kind}: {name} ({text}).</translation>
    </message>
    <message>
        <source>The {kind} {name} is in use by another program, or was unplugged.</source>
        <translation>يستخدم برنامج آخر الجهاز، أو فُصل ({kind}: {name}).</translation>
    </message>
    <message>
        <source>The {kind} {name} stopped.</source>
        <translation>توقف الجهاز ({kind}: {name}).</translation>
    </message>
    <message>
        <source>The {kind} {name} was taken away, and the system put {name2} in its place.</source>
        <translation>سُحب الجهاز ({kind}: {name})، ووضع النظام {name2} مكانه.</translation>
    </message>
    <message>
        <source>There are voices for: {list}.</source>
        <translation>توجد أصوات للغات: {list}.</translation>
    </message>
    <message>
        <source>There is no camera at {path}.</source>
        <translation>لا توجد كاميرا عند {path}.</translation>
    </message>
    <message>
        <source>There is no camera {spec}.</source>
        <translation>لا توجد كاميرا {spec}.</translation>
    </message>
    <message>
        <source>There is no device of the kind {device}.</source>
        <translation>لا يوجد جهاز من النوع {device}.</translation>
    </message>
    <message>
        <source>There is no journal {path}.</source>
        <translation>لا يوجد سجل أحداث {path}.</translation>
    </message>
    <message>
        <source>There is no loudspeaker of the kind {spec}.</source>
        <translation>لا توجد سماعة من النوع {spec}.</translation>
    </message>
    <message>
        <source>There is no loudspeaker.</source>
        <translation>لا توجد سماعة.</translation>
    </message>
    <message>
        <source>There is no manifest {path}.</source>
        <translation>لا يوجد بيان تسجيل {path}.</translation>
    </message>
    <message>
        <source>There is no microphone of the kind {spec}.</source>
        <translation>لا يوجد ميكروفون من النوع {spec}.</translation>
    </message>
    <message>
        <source>There is no policy ({policy_place}): this account may set everything.</source>
        <translation>لا توجد سياسة ({policy_place}): يستطيع هذا الحساب ضبط كل شيء.</translation>
    </message>
    <message>
        <source>There is no room for a rehearsal.</source>
        <translation>لا متّسع لتجربة.</translation>
    </message>
    <message>
        <source>There is no session {session} in this folder.</source>
        <translation>لا توجد جلسة {session} في هذا المجلد.</translation>
    </message>
    <message>
        <source>There is no speech engine on this system.</source>
        <translation>لا يوجد محرك نطق على هذا النظام.</translation>
    </message>
    <message>
        <source>There is no voice on this machine.</source>
        <translation>لا يوجد صوت على هذا الحاسوب.</translation>
    </message>
    <message>
        <source>There is no voice {base}.</source>
        <translation>لا يوجد صوت {base}.</translation>
    </message>
    <message>
        <source>There is no {kind} {wanted}.</source>
        <translation>لا يوجد جهاز بهذا الاسم ({kind}): {wanted}.</translation>
    </message>
    <message>
        <source>There is no {more}.</source>
        <translation>لا يوجد: {more}.</translation>
    </message>
    <message>
        <source>There is nothing at this address.</source>
        <translation>لا شيء على هذا العنوان.</translation>
    </message>
    <message>
        <source>There is room for less than one hour of recording.</source>
        <translation>لا تتسع المساحة لساعة واحدة من التسجيل.</translation>
    </message>
    <message>
        <source>There is room for {hours} hours of recording in {output}.</source>
        <translation>ساعات التسجيل التي يتسع لها {output}: {hours}.</translation>
    </message>
    <message>
        <source>There is: none.</source>
        <translation>لا شيء موجود.</translation>
    </message>
    <message>
        <source>There is: {kinds}.</source>
        <translation>الموجود: {kinds}.</translation>
    </message>
    <message>
        <source>There is: {list}.</source>
        <translation>الموجود: {list}.</translation>
    </message>
    <message>
        <source>There is: {more}.</source>
        <translation>الموجود: {more}.</translation>
    </message>
    <message>
        <source>There was no answer in time: {name}.</source>
        <translation>لا إجابة في الوقت المحدد: {name}.</translation>
    </message>
    <message>
        <source>There were too many wrong codes.</source>
        <translation>كثرت الرموز الخاطئة.</translation>
    </message>
    <message>
        <source>These are too many chunks.</source>
        <translation>هذه القطع أكثر مما ينبغي.</translation>
    </message>
    <message>
        <source>They are sent again.</source>
        <translation>تُرسَل مرة أخرى.</translation>
    </message>
    <message>
        <source>This PIN is the first that anybody would try.</source>
        <translation>هذا الرمز أول ما يجرّبه أي أحد.</translation>
    </message>
    <message>
        <source>This account may not use {list}.</source>
        <translation>لا يحق لهذا الحساب استخدام {list}.</translation>
    </message>
    <message>
        <source>This address takes {allow} only.</source>
        <translation>لا يقبل هذا العنوان إلا {allow}.</translation>
    </message>
    <message>
        <source>This code is not known, used up or too old.</source>
        <translation>هذا الرمز غير معروف، أو استُهلك، أو قديم جدًا.</translation>
    </message>
    <message>
        <source>This could not be examined: {name} ({name2}: {error}).</source>
        <translation>تعذّر فحص هذا: {name} ({name2}: {error}).</translation>
    </message>
    <message>
        <source>This is not the address of a server.</source>
        <translation>هذا ليس عنوان خادم.</translation>
    </message>
    <message>
        <source>This is not the id of a recording.</source>
        <translation>هذا ليس معرّف تسجيل.</translation>
    </message>
    <message>
        <source>This kiosk has not opened such a recording.</source>
        <translation>لم يفتح هذا الجهاز تسجيلًا كهذا.</translation>
    </message>
    <message>
        <source>This kiosk is enrolled with {url}, and its configuration names {server_url}.</source>
        <translation>هذا الجهاز مسجَّل لدى {url}، وإعداداته تذكر {server_url}.</translation>
    </message>
    <message>
        <source>This kiosk&apos;s enrolment was revoked.</source>
        <translation>أُلغي تسجيل هذا الجهاز لدى الخادم.</translation>
    </message>
    <message>
        <source>This program was asked to end.</source>
        <translation>طُلب من هذا البرنامج أن ينتهي.</translation>
    </message>
    <message>
        <source>This recording was erased.</source>
        <translation>مُحي هذا التسجيل.</translation>
    </message>
    <message>
        <source>This server does not answer to the name that it was called by.</source>
        <translation>لا يجيب هذا الخادم على الاسم الذي نودي به.</translation>
    </message>
    <message>
        <source>This server does not know this kiosk.</source>
        <translation>لا يعرف هذا الخادم هذا الجهاز.</translation>
    </message>
    <message>
        <source>Try again in a moment; if it stays so, end the process &apos;kiosk _recorder&apos;. What it recorded is stored.</source>
        <translation>حاول بعد لحظة؛ وإن بقي الأمر كذلك فأنهِ العملية «kiosk _recorder». ما سجّلته محفوظ.</translation>
    </message>
    <message>
        <source>Try again in ten minutes.</source>
        <translation>حاول بعد عشر دقائق.</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>حاول مرة أخرى.</translation>
    </message>
    <message>
        <source>Turn on time synchronisation on this machine and on the server.</source>
        <translation>شغّل مزامنة الوقت على هذا الحاسوب وعلى الخادم.</translation>
    </message>
    <message>
        <source>Turn on time synchronisation: timedatectl set-ntp true.</source>
        <translation>شغّل مزامنة الوقت: ⁦timedatectl set-ntp true⁩.</translation>
    </message>
    <message>
        <source>Turn the camera away from the window or the lamp, or dim the light.</source>
        <translation>أدر الكاميرا بعيدًا عن النافذة أو المصباح، أو خفّف الضوء.</translation>
    </message>
    <message>
        <source>Two segments have the same number.</source>
        <translation>لمقطعين الرقم نفسه.</translation>
    </message>
    <message>
        <source>Unplug the camera and plug it in again.</source>
        <translation>افصل الكاميرا ثم صِلها مرة أخرى.</translation>
    </message>
    <message>
        <source>Unplug the device.</source>
        <translation>افصل الجهاز.</translation>
    </message>
    <message>
        <source>Until then questions are shown as captions.</source>
        <translation>وحتى ذلك الحين تُعرض الأسئلة نصًا.</translation>
    </message>
    <message>
        <source>Usable, but {words}.</source>
        <translation>صالح للاستخدام، لكن {words}.</translation>
    </message>
    <message>
        <source>Use a local SSD for &apos;output&apos;, and no network drive.</source>
        <translation>استخدم لـ«output» قرص SSD في هذا الحاسوب، لا قرص شبكة.</translation>
    </message>
    <message>
        <source>Use an https:// address.</source>
        <translation>استخدم عنوانًا يبدأ بـ ⁦https://⁩.</translation>
    </message>
    <message>
        <source>Wait until it ends, or end it from there with &apos;kiosk stop&apos;.</source>
        <translation>انتظر حتى ينتهي، أو أنهِه من هناك بالأمر «kiosk stop».</translation>
    </message>
    <message>
        <source>Wait until it ends, or end it with &apos;kiosk stop&apos;.</source>
        <translation>انتظر حتى تنتهي، أو أنهِها بالأمر «kiosk stop».</translation>
    </message>
    <message>
        <source>Wait until it ends.</source>
        <translation>انتظر حتى ينتهي.</translation>
    </message>
    <message>
        <source>What came before is stored.</source>
        <translation>ما سبق ذلك محفوظ.</translation>
    </message>
    <message>
        <source>What was recorded is stored. Please call the proctor.</source>
        <translation>ما سُجِّل محفوظ. من فضلك استدعِ المشرف.</translation>
    </message>
    <message>
        <source>What was recorded until then is stored.</source>
        <translation>ما سُجِّل حتى ذلك الحين محفوظ.</translation>
    </message>
    <message>
        <source>What was recorded until then is stored. Please call the proctor.</source>
        <translation>ما سُجِّل حتى ذلك الحين محفوظ. من فضلك استدعِ المشرف.</translation>
    </message>
    <message>
        <source>Windows&apos; privacy settings keep this from programs: {list}.</source>
        <translation>تمنع إعدادات الخصوصية في Windows هذا عن البرامج: {list}.</translation>
    </message>
    <message>
        <source>Without encryption this kiosk only talks to a server on the same machine.</source>
        <translation>من دون تشفير لا يتصل هذا الجهاز إلا بخادم على الحاسوب نفسه.</translation>
    </message>
    <message>
        <source>Write a number, /dev/videoN, an identity, http://HOST/PATH, file:PATH or simulated.</source>
        <translation>اكتب رقمًا، أو ⁦/dev/videoN⁩، أو هوية، أو ⁦http://HOST/PATH⁩، أو ⁦file:PATH⁩، أو ⁦simulated⁩.</translation>
    </message>
    <message>
        <source>Write default, a name or number, file:PATH.wav or simulated.</source>
        <translation>اكتب ⁦default⁩، أو اسمًا أو رقمًا، أو ⁦file:PATH.wav⁩، أو ⁦simulated⁩.</translation>
    </message>
    <message>
        <source>Write default, a name or number, null or simulated.</source>
        <translation>اكتب ⁦default⁩، أو اسمًا أو رقمًا، أو ⁦null⁩، أو ⁦simulated⁩.</translation>
    </message>
    <message>
        <source>Write it as http://HOST:PORT/PATH.</source>
        <translation>اكتبه هكذا: ⁦http://HOST:PORT/PATH⁩.</translation>
    </message>
    <message>
        <source>Write the identity: {ids}.</source>
        <translation>اكتب الهوية: {ids}.</translation>
    </message>
    <message>
        <source>Write the whole name.</source>
        <translation>اكتب الاسم كاملًا.</translation>
    </message>
    <message>
        <source>Write what is to be said.</source>
        <translation>اكتب ما يُراد نطقه.</translation>
    </message>
    <message>
        <source>Writing {name} ended by a fault of the program.</source>
        <translation>انتهت كتابة {name} بسبب خطأ في البرنامج.</translation>
    </message>
    <message>
        <source>Writing {name} failed: {why}.</source>
        <translation>أخفقت كتابة {name}: {why}.</translation>
    </message>
    <message>
        <source>a question is heard twice</source>
        <translation>سؤال يُسمع مرتين</translation>
    </message>
    <message>
        <source>a question was only shown, not spoken</source>
        <translation>سؤال عُرض نصًا ولم يُنطق</translation>
    </message>
    <message>
        <source>file: names no file.</source>
        <translation>⁦file:⁩ لا يسمّي ملفًا.</translation>
    </message>
    <message>
        <source>for a while it was said: {detail}</source>
        <translation>قيل لبعض الوقت: {detail}</translation>
    </message>
    <message>
        <source>most of the time it was said: {detail}</source>
        <translation>قيل معظم الوقت: {detail}</translation>
    </message>
    <message>
        <source>is set by the administrator in {path}, and cannot be set otherwise.</source>
        <translation>حدّده مدير النظام في {path}، ولا يمكن تحديده في غيره.</translation>
    </message>
    <message>
        <source>it was cut off before picture and sound were measured</source>
        <translation>انقطع قبل قياس الصورة والصوت</translation>
    </message>
    <message>
        <source>nobody can be heard</source>
        <translation>لا يُسمع أحد</translation>
    </message>
    <message>
        <source>nothing was recorded for {length}</source>
        <translation>لم يُسجَّل شيء لمدة {length}</translation>
    </message>
    <message>
        <source>the camera gave only {slowest} pictures a second for a while</source>
        <translation>لم تتجاوز صور الكاميرا في الثانية لبعض الوقت {slowest}</translation>
    </message>
    <message>
        <source>the camera sent {damaged} broken pictures</source>
        <translation>أرسلت الكاميرا صورًا تالفة (عددها: {damaged})</translation>
    </message>
    <message>
        <source>the computer stood still for {length}</source>
        <translation>توقف الحاسوب لمدة {length}</translation>
    </message>
    <message>
        <source>the picture is missing for {length}</source>
        <translation>الصورة مفقودة لمدة {length}</translation>
    </message>
    <message>
        <source>the sound comes {median_ms} ms later than the picture</source>
        <translation>يتأخر الصوت عن الصورة {median_ms} ms</translation>
    </message>
    <message>
        <source>the sound comes {median_ms} ms sooner than the picture</source>
        <translation>يسبق الصوت الصورة {median_ms} ms</translation>
    </message>
    <message>
        <source>the sound is missing for {length}</source>
        <translation>الصوت مفقود لمدة {length}</translation>
    </message>
    <message>
        <source>the sound is very loud</source>
        <translation>الصوت عالٍ جدًا</translation>
    </message>
    <message>
        <source>the sound is very quiet</source>
        <translation>الصوت خافت جدًا</translation>
    </message>
    <message>
        <source>there is no picture</source>
        <translation>لا توجد صورة</translation>
    </message>
    <message>
        <source>there is no sound</source>
        <translation>لا يوجد صوت</translation>
    </message>
    <message>
        <source>{base} sends this kiosk elsewhere (status {status}).</source>
        <translation>يوجّه {base} هذا الجهاز إلى مكان آخر (الحالة {status}).</translation>
    </message>
    <message>
        <source>{count} minute</source>
        <translation>{count} د</translation>
    </message>
    <message>
        <source>{count} minutes</source>
        <translation>{count} د</translation>
    </message>
    <message>
        <source>{count} questions are heard twice</source>
        <translation>أسئلة تُسمع مرتين (عددها: {count})</translation>
    </message>
    <message>
        <source>{count} questions were only shown</source>
        <translation>أسئلة عُرضت نصًا فقط (عددها: {count})</translation>
    </message>
    <message>
        <source>{count} recording</source>
        <translation>تسجيل ({count})</translation>
    </message>
    <message>
        <source>{count} recordings</source>
        <translation>{count} من التسجيلات</translation>
    </message>
    <message>
        <source>{dropped} pictures were lost</source>
        <translation>فُقدت صور (عددها: {dropped})</translation>
    </message>
    <message>
        <source>{file} is missing.</source>
        <translation>الملف {file} مفقود.</translation>
    </message>
    <message>
        <source>{file} is not the name of a segment of this recording.</source>
        <translation>{file} ليس اسم مقطع من هذا التسجيل.</translation>
    </message>
    <message>
        <source>{given} does not lie in the output folder {folder}.</source>
        <translation>{given} لا يقع في مجلد التسجيلات {folder}.</translation>
    </message>
    <message>
        <source>{minutes} min {rest} s</source>
        <translation>{minutes} د {rest} ث</translation>
    </message>
    <message>
        <source>{missing} chunks are not here.</source>
        <translation>قطع ليست هنا (عددها: {missing}).</translation>
    </message>
    <message>
        <source>{name} cannot be written any more.</source>
        <translation>لم تعد الكتابة في {name} ممكنة.</translation>
    </message>
    <message>
        <source>{name} gives {fps} pictures a second, {width}x{height} {encoding}.</source>
        <translation>يعطي {name} صورًا (في الثانية: {fps})، {width}x{height} {encoding}.</translation>
    </message>
    <message>
        <source>{name} is closed already.</source>
        <translation>{name} مغلق بالفعل.</translation>
    </message>
    <message>
        <source>{name} is missing.</source>
        <translation>{name} مفقود.</translation>
    </message>
    <message>
        <source>{name}.{name2} is missing.</source>
        <translation>{name}.{name2} مفقود.</translation>
    </message>
    <message>
        <source>{open_ones} session was cut off and not put in order yet.</source>
        <translation>جلسة انقطعت ولم تُرتَّب بعد (العدد: {open_ones}).</translation>
    </message>
    <message>
        <source>{open_ones} sessions were cut off and not put in order yet.</source>
        <translation>جلسات انقطعت ولم تُرتَّب بعد (العدد: {open_ones}).</translation>
    </message>
    <message>
        <source>{output} lies in memory ({kind}): recordings would be gone after a restart.</source>
        <translation>يقع {output} في الذاكرة ({kind}): ستزول التسجيلات بعد إعادة التشغيل.</translation>
    </message>
    <message>
        <source>{output} lies on another machine ({kind}): recording would stop when the network does.</source>
        <translation>يقع {output} على حاسوب آخر ({kind}): سيتوقف التسجيل إذا توقفت الشبكة.</translation>
    </message>
    <message>
        <source>{parked} more cannot be sent either.</source>
        <translation>وهناك تسجيلات أخرى لا يمكن إرسالها (عددها: {parked}).</translation>
    </message>
    <message>
        <source>{path} is cut off.</source>
        <translation>{path} مبتور.</translation>
    </message>
    <message>
        <source>{path} is no WAV file that can be read.</source>
        <translation>{path} ليس ملف WAV يمكن قراءته.</translation>
    </message>
    <message>
        <source>{path} is not 48 kHz, one channel, 16 bits.</source>
        <translation>{path} ليس بمعدل 48 kHz وقناة واحدة و16 بتًا.</translation>
    </message>
    <message>
        <source>{path}: the policy cannot be read ({reason}). Make it and its folder readable for this account.</source>
        <translation>{path}: لا يمكن قراءة السياسة ({reason}). اجعلها ومجلدها قابلين للقراءة لهذا الحساب.</translation>
    </message>
    <message>
        <source>{recordings} cannot be sent. {error}</source>
        <translation>تعذّر إرسال {recordings}. {error}</translation>
    </message>
    <message>
        <source>{recordings} has waited for more than a day to be sent.</source>
        <translation>ينتظر الإرسال منذ أكثر من يوم: {recordings}.</translation>
    </message>
    <message>
        <source>{recordings} on the way to the server.</source>
        <translation>في الطريق إلى الخادم: {recordings}.</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} ث</translation>
    </message>
    <message>
        <source>{session} is not the id of a session.</source>
        <translation>{session} ليس معرّف جلسة.</translation>
    </message>
    <message>
        <source>{source}: is set by the administrator in {path}, and cannot be set otherwise.</source>
        <translation>{source}: حدّده مدير النظام في {path}، ولا يمكن تحديده في غيره.</translation>
    </message>
    <message>
        <source>{source}: {name}: is set by the administrator in {path}, and cannot be set otherwise.</source>
        <translation>{source}: {name}: حدّده مدير النظام في {path}، ولا يمكن تحديده في غيره.</translation>
    </message>
    <message>
        <source>{spec} names more than one camera.</source>
        <translation>{spec} اسم لأكثر من كاميرا.</translation>
    </message>
    <message>
        <source>{voices} voices; {list} asks.</source>
        <translation>أصوات (عددها: {voices})؛ والسائل هو {list}.</translation>
    </message>
    <message>
        <source>{wanted} names more than one {kind}: {names}.</source>
        <translation>{wanted} اسم لأكثر من جهاز ({kind}): {names}.</translation>
    </message>
    <message>
        <source>{what} It cannot be set aside: {strerror}.</source>
        <translation>{what} ولا يمكن وضعه جانبًا: {strerror}.</translation>
    </message>
    <message>
        <source>{what} It did so several times.</source>
        <translation>{what} وقد تكرر ذلك عدة مرات.</translation>
    </message>
    <message>
        <source>{what} has control characters in it.</source>
        <translation>في {what} رموز تحكم.</translation>
    </message>
    <message>
        <source>{what} has {value} characters; {longest} is the most.</source>
        <translation>عدد رموز {what} هو {value}؛ والحد الأقصى {longest}.</translation>
    </message>
    <message>
        <source>{what} is empty.</source>
        <translation>{what} فارغ.</translation>
    </message>
    <message>
        <source>{what} is not a SHA-256 in hexadecimal.</source>
        <translation>{what} ليس SHA-256 بالنظام الست عشري.</translation>
    </message>
    <message>
        <source>{what} is not a time of ISO 8601 with its offset.</source>
        <translation>{what} ليس وقتًا بصيغة ISO 8601 مع فرقه عن التوقيت العالمي.</translation>
    </message>
    <message>
        <source>{what} is not a time of ISO 8601.</source>
        <translation>{what} ليس وقتًا بصيغة ISO 8601.</translation>
    </message>
    <message>
        <source>{where} has no value {value}.</source>
        <translation>لا توجد في {where} القيمة {value}.</translation>
    </message>
    <message>
        <source>{where} is not of the right type.</source>
        <translation>{where} ليس من النوع الصحيح.</translation>
    </message>
    <message>
        <source>{words_per_minute} words a minute cannot be spoken.</source>
        <translation>لا يمكن نطق هذا العدد من الكلمات في الدقيقة: {words_per_minute}.</translation>
    </message>
</context>
</TS>
