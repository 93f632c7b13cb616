"""A coding challenge: the task and oneself on the left, the editor on the right."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.clock import NS, Clock
from kiosk.domain.requests import CodeChanged, MoreTime, Next, Repeat, Request
from kiosk.domain.view import SessionState, View
from kiosk.ui.buttons import Button
from kiosk.ui.editor import CodeEditor
from kiosk.ui.layouts import RING_EDGE, sides, space
from kiosk.ui.level import LevelMeter
from kiosk.ui.preview import PreviewSource, SelfView
from kiosk.ui.screens.question import nearly_over, number_of, show_buttons
from kiosk.ui.screens.screen import Screen
from kiosk.ui.scrolled import Flow, scrolled
from kiosk.ui.text import Paragraph
from kiosk.ui.theme import Look

SETTLED_MS: Final = 500
"""How long a change may wait until it is posted."""
MOST_WIDTH: Final = 16_777_215
"""What Qt takes for no limit."""
LAST_MOMENT_NS: Final = NS
"""So near to the limit every change is posted at once."""


class CodingScreen(Screen):
    """The editor keeps its text through a pause or a repeat; another question starts it afresh."""

    name = "coding"

    def __init__(self, post: Callable[[Request], None], clock: Clock, source: PreviewSource) -> None:
        super().__init__(post, clock)
        self._view = View()
        self._task = ("", "")
        self._begun = False
        self._typing = False
        self._look: Look | None = None
        self._posted = ""
        self.number = Paragraph("small", name="number")
        self.caption = Paragraph("heading", name="caption")
        self.statement = Paragraph(name="statement")
        self.message = Paragraph("quiet", reserve=36, name="message")
        inside = Flow()
        flow = QVBoxLayout(inside)
        space(flow, 16, right=12)
        flow.addWidget(self.caption)
        flow.addWidget(self.statement)
        self.way_out = Paragraph("small", name="way-out")
        flow.addWidget(self.way_out)
        flow.addStretch(1)
        self.text = scrolled(inside)
        self.text.setAccessibleName(self.tr("The task"))
        self.level = LevelMeter()
        mirror = QHBoxLayout()
        space(mirror, 24, edge_left=RING_EDGE)
        self._mirror = SelfView(source, 240)
        mirror.addWidget(self._mirror)
        mirror.addWidget(self.level, 1, Qt.AlignmentFlag.AlignVCenter)
        self._left = QWidget()
        task = QVBoxLayout(self._left)
        space(task, 10)
        for words in (self.number, self.message):  # in line with the text between them, which has room for its ring
            words.setContentsMargins(RING_EDGE, 0, 0, 0)
        task.addWidget(self.number)
        task.addWidget(self.text, 1)
        task.addWidget(self.message)
        task.addLayout(mirror)
        self.editor = CodeEditor()
        row = sides(32)
        row.addWidget(self._left)
        row.addWidget(self.editor, 1)
        self.put_content(row, name="body")
        self.keys = Paragraph("small", name="keys")
        self.keys.setWordWrap(False)
        self.keys.say(self.tr("Escape leaves the editor. Ctrl+Enter: I'm done."))
        self.way_out.say(self.keys.said())
        self.more = Button("more-time", self.tr("I need more time"))
        self.repeat = Button("repeat", self.tr("Repeat the question"))
        self.next = Button("next", self.tr("Start answering"), primary=True)
        self.put_actions(self.keys, self.more, self.repeat, self.next)
        self.more.clicked.connect(lambda: self.ask(MoreTime()))
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLED_MS)
        self._settle.timeout.connect(self._post_code)
        self.editor.textChanged.connect(self._changed)
        self.editor.finished.connect(self._next)
        self.editor.left.connect(lambda: self.next.setFocus(Qt.FocusReason.OtherFocusReason))
        self.repeat.clicked.connect(lambda: self.ask(Repeat()))
        self.next.clicked.connect(self._next)

    def show_view(self, view: View) -> None:
        self._view = view
        question = view.question
        if question is None:
            return
        task = (view.session, question.id)
        if task != self._task:
            self._task = task
            self._begun = False
            self._posted = view.code or question.starter
            self._settle.stop()
            self.editor.begin(self._posted, question.code_language)
        self._begun = self._begun or view.state is SessionState.ANSWERING
        self.editor.setReadOnly(not self._begun)
        self.number.say(number_of(view))
        self.caption.say(question.text)
        self.statement.say(question.statement)
        self.message.say(self._hint())
        self.level.show_progress(view.progress, listening=view.state is not SessionState.ASKING)
        show_buttons(self.next, self.repeat, self.more, view)

    def set_look(self, look: Look) -> None:
        """Side by side the task has its width; one below the other, both have enough height to work in."""
        self.keys.setVisible(not look.large)
        self.way_out.setVisible(look.large)
        self._look = look
        self._left.setMinimumSize(0 if look.large else look.px(680), look.wide(300) if look.large else 0)
        self._left.setMaximumWidth(MOST_WIDTH if look.large else look.px(680))
        self._give_height()

    def make_room(self, *, typing: bool, large: bool) -> None:
        """The editor stays whole above the keyboard, and with it as much of the task as there is room for."""
        super().make_room(typing=typing, large=large)
        self._typing = typing
        self._mirror.setHidden(typing)
        self._left.setHidden(typing and large)
        self._give_height()

    def _give_height(self) -> None:
        look = self._look
        if look is not None:
            high = look.px(280) if self._typing else look.wide(280)
            self.editor.setMinimumHeight(high if look.large else look.px(200))

    def leave(self, view: View) -> None:
        """A pause keeps what was typed last; what comes after the question's end belongs to no question."""
        self._view = view
        if view.state in {SessionState.PAUSED, SessionState.RESUMING}:
            self._post_code()
        self._settle.stop()

    def to_read(self) -> str:
        """The task, and nothing of what stands around it."""
        return "\n\n".join(text for text in (self.caption.said(), self.statement.said()) if text)

    def take_focus(self) -> None:
        if self._begun:
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self.body.ensureWidgetVisible(self.editor)
        elif self.next.isEnabled():
            self.next.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().take_focus()

    def forget(self) -> None:
        """Empties the editor: nothing of the person before is left."""
        self._task = ("", "")
        self._settle.stop()
        self.editor.begin("")

    def tick(self) -> None:
        self.message.say(self._hint())

    def _hint(self) -> str:
        if self._view.state is SessionState.ASKING:
            return self.tr("Please read the task.") if self._view.captions_only else self.tr("Please listen.")
        if self._view.state is SessionState.THINKING:
            return self.tr("Take a moment to think.")
        if nearly_over(self._view, self._clock):
            return self.tr("The time is nearly over. What you wrote is kept.")
        return self.tr("Write your answer, and say what you think.")

    def _changed(self) -> None:
        if not self._begun:
            return
        left = self._view.deadline_ns - self._clock.now_ns()
        if 0 < left < LAST_MOMENT_NS:
            self._post_code()
        elif not self._settle.isActive():
            self._settle.start()

    def _post_code(self) -> None:
        """Posts the text if it is another one and still belongs to the question in work."""
        self._settle.stop()
        text = self.editor.toPlainText()
        question = self._view.question
        mine = question is not None and self._task == (self._view.session, question.id)
        if mine and self._begun and text != self._posted:
            self._posted = text
            self.post(CodeChanged(text))

    def _next(self) -> None:
        if self.next.isEnabled():
            self._post_code()
            self.ask(Next())
