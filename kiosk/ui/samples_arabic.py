"""The sample views as a kiosk shows them whose language is Arabic: from right to left, in another script."""

from dataclasses import replace
from typing import Final

from kiosk.domain.interview import ConsentText, Interview, Question, QuestionKind
from kiosk.domain.view import View
from kiosk.ui import samples
from kiosk.ui.settings import UiSettings

LANGUAGE: Final = "ar"
INTERVIEW: Final = Interview(
    id="backend-engineer",
    title="مهندس برمجيات",
    language=LANGUAGE,
    questions=(
        Question("proud", QuestionKind.SPOKEN, "ما الذي أنجزته وتفخر به؟", 90, 5, 2),
        Question(
            "incident",
            QuestionKind.SPOKEN,
            "حدّثنا عن مرة تعطّل فيها شيء كنت مسؤولًا عنه. كيف لاحظت ذلك، وماذا فعلت أولًا، وما الذي غيّرته بعدها حتى لا "
            "يتكرر الأمر؟",
            120,
            10,
            1,
        ),
        Question(
            "reverse",
            QuestionKind.CODING,
            "من فضلك اعكس قائمة مترابطة.",
            600,
            0,
            2,
            statement="لديك رأس قائمة مترابطة. في كل عقدة قيمة وإشارة إلى العقدة التالية، أو None.\n\n"
            "أعد رأس القائمة نفسها بترتيب معكوس. لا تستخدم قائمة ثانية، وقل كم يحتاج حلّك من الوقت والذاكرة.",
            code_language="python",
            starter="def reverse(head):\n    ...\n",
        ),
        Question("ask", QuestionKind.SPOKEN, "ما الذي تودّ أن تسألنا عنه؟", 60, 5, 1),
    ),
    sha256="3" * 64,
)
PRACTICE: Final = replace(samples.PRACTICE, text="كيف جئت إلى هنا اليوم؟")
CONSENT: Final = ConsentText(
    "2026-11",
    LANGUAGE,
    "# قبل أن نبدأ\n\n**ما الذي يُسجَّل.** صورتك وصوتك، وما تكتبه، والأسئلة التي تُطرح.\n\n"
    "**لماذا.** لا يُستخدم التسجيل إلا للقرار في طلبك. ولا يراه إلا من يشاركون في هذا القرار.\n\n"
    "**حقوقك.** يمكنك أن تطلب نسخة أو محوًا في أي وقت، برقم إيصالك.\n\n"
    "**القرار لك.** إذا لم توافق فلن يُسجَّل شيء، وسنجد طريقة أخرى للحديث.",
    "4" * 64,
)


def settings(theme: str = "light") -> UiSettings:
    """What the samples are shown with."""
    return replace(
        samples.settings(theme),
        kiosk_name="الجهاز 7، الغرفة 2.14",
        language=LANGUAGE,
        consent_text=CONSENT.text,
        interviews=(INTERVIEW,),
    )


def all_views(preview: str = "") -> dict[str, View]:
    """As `samples.all_views`. What comes from the recorder and from devices stays in English."""
    return {name: _arabic(view) for name, view in samples.all_views(preview).items()}


def _arabic(view: View) -> View:
    return replace(
        view,
        interview=INTERVIEW if view.interview else None,
        interviews=(INTERVIEW,) if view.interviews else (),
        practice=PRACTICE if view.practice else None,
        consent=CONSENT if view.interview else None,
        unfinished=replace(view.unfinished, title=INTERVIEW.title) if view.unfinished else None,
    )
