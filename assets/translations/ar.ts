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
        <source>Quieter</source>
        <translation>أخفض</translation>
    </message>
    <message>
        <source>Louder</source>
        <translation>أعلى</translation>
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
</TS>
