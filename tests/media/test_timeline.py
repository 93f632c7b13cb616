from kiosk.contract.manifest import Caption, Manifest, MissingTime, Segment, Span
from kiosk.media.timeline import LONGEST_TITLE, Stretch, captions, chapters, poster_time, webvtt


def manifest(**values: object) -> Manifest:
    return Manifest(
        **{  # type: ignore[arg-type]  # each test names what it needs
            "session": "s",
            "interview": {"title": "Backend engineer"},
            "candidate": "c",
            "started_at": "",
            "ended": "completed",
            "duration_s": 60.0,
            **values,
        }
    )


TWO = manifest(
    segments=(Segment("1.mp4", 0.0, 30.0, 1, ""), Segment("2.mp4", 30.0, 30.0, 1, "")),
    chapters=(Span("proud", 2.0, 20.0), Span("list", 20.0, 60.0)),
    answers=(Span("proud", 6.0, 20.0),),
    captions=(
        Caption(2.0, 5.0, "What are you  proud of?", "proud"),
        Caption(20.0, None, "Reverse a list --> now.\n\nUse <python> & no pointers.", "list"),
    ),
    gaps=(MissingTime(30.0, 12.3, "the recorder was killed", "recorder"),),
)


def test_chapters_are_the_questions_in_their_own_words_without_holes() -> None:
    found = chapters(TWO, [0.0], 60.0)
    assert found == [
        Stretch(0.0, 2.0, "Backend engineer"),
        Stretch(2.0, 20.0, "What are you proud of?"),
        Stretch(20.0, 60.0, "Reverse a list --> now. Use <python> & no pointers."),
    ]


def test_the_gap_between_segments_is_a_chapter_and_a_caption() -> None:
    found = chapters(TWO, [0.0, 30.0], 60.0)
    assert found[3:] == [
        Stretch(30.0, 33.0, "Gap: 12 s not recorded"),
        Stretch(33.0, 60.0, "Reverse a list --> now. Use <python> & no pointers. (continued)"),
    ]
    assert captions(TWO, [0.0, 30.0], 60.0)[-1] == Stretch(30.0, 33.0, "[Gap: 12 s not recorded]")


def test_a_question_that_begins_right_after_the_gap_follows_it() -> None:
    asked_anew = manifest(chapters=(Span("proud", 0.0, None), Span("proud", 31.0, None)))
    assert [(each.start_s, each.text) for each in chapters(asked_anew, [0.0, 30.0], 60.0)] == [
        (0.0, "proud"),
        (30.0, "Gap: some time not recorded"),
        (31.0, "proud"),
    ]


def test_two_gaps_in_one_question_do_not_pile_up_words() -> None:
    one = manifest(chapters=(Span("proud", 0.0, None),))
    titles = [each.text for each in chapters(one, [0.0, 10.0, 20.0], 60.0)]
    assert titles[1:] == ["Gap: some time not recorded", "proud (continued)"] * 2


def test_a_long_question_is_cut_for_its_title_only() -> None:
    words = "why " * 100
    long = manifest(chapters=(Span("q", 0.0, None),), captions=(Caption(0.0, 5.0, words, "q"),))
    (chapter,) = chapters(long, [0.0], 60.0)
    assert len(chapter.text) <= LONGEST_TITLE
    assert chapter.text.endswith("…")
    assert captions(long, [0.0], 60.0)[0].text == words.strip()


def test_what_lies_beyond_the_recording_is_left_out() -> None:
    assert chapters(TWO, [0.0], 10.0)[-1] == Stretch(2.0, 10.0, "What are you proud of?")
    assert [each.text for each in captions(TWO, [0.0], 10.0)] == ["What are you proud of?"]


def test_an_empty_manifest_gives_nothing() -> None:
    empty = manifest()
    assert (chapters(empty, [0.0], 60.0), captions(empty, [0.0], 60.0)) == ([], [])
    assert webvtt(empty) == "WEBVTT\n"


def test_captions_become_a_webvtt_that_no_text_can_break() -> None:
    assert webvtt(TWO) == (
        "WEBVTT\n\n"
        "00:00:02.000 --> 00:00:05.000\nWhat are you proud of?\n\n"
        "00:00:20.000 --> 00:00:28.000\nReverse a list → now.\nUse &lt;python&gt; &amp; no pointers.\n\n"
        "00:00:30.000 --> 00:00:33.000\n[Gap: 12 s not recorded]\n"
    )


def test_the_poster_shows_the_first_answer() -> None:
    assert poster_time(TWO, 60.0) == 7.0
    assert poster_time(manifest(), 60.0) == 7.0
    assert poster_time(TWO, 3.0) == 2.9
