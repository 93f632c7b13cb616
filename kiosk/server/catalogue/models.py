"""The tables. Files are named by their storage's names, never by paths of a disk."""

import uuid
from typing import Final

from django.conf import settings
from django.db import models


class RecordingState(models.TextChoices):
    """Way of a recording; `failed` and `stored` go back to `complete` or `receiving` when more or better comes."""

    RECEIVING = "receiving", "Arriving"
    COMPLETE = "complete", "All there, to be verified"
    FINALISING = "finalising", "Being verified"
    STORED = "stored", "Stored"
    FAILED = "failed", "Failed"


class Candidate(models.Model):
    """A person, by the id that the kiosks know; the name is for reviewers."""

    id = models.CharField(primary_key=True, max_length=64)
    name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)


class Definition(models.Model):
    """An interview file, as kiosks fetch it."""

    id = models.CharField(primary_key=True, max_length=64)
    title = models.CharField(max_length=200)
    definition = models.TextField()
    sha256 = models.CharField(max_length=64)
    changed_at = models.DateTimeField(auto_now=True)


class FormerDefinition(models.Model):
    """A text that an interview once had, kept so that one can see what was asked in a recording."""

    name = models.CharField(max_length=64)
    """The interview's id; it may be deleted."""
    title = models.CharField(max_length=200)
    definition = models.TextField()
    sha256 = models.CharField(max_length=64)
    until = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: Final = [models.UniqueConstraint(fields=["name", "sha256"], name="one_former_text_of_a_hash")]
        ordering: Final = ["-until", "-pk"]


class GivenPassword(models.Model):
    """An account whose password somebody else made: whoever signs in with it chooses another one first."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="given_password"
    )
    at = models.DateTimeField(auto_now=True)


class Kiosk(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=200)
    token_sha256 = models.CharField(max_length=64, unique=True)
    instance = models.CharField(max_length=64)
    program = models.CharField(max_length=100, blank=True)
    enrolled_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    heartbeat = models.JSONField(default=dict, blank=True)
    """The last `contract.wire.Heartbeat`."""
    doubled_at = models.DateTimeField(null=True, blank=True)
    """When another machine last used this kiosk's token."""


class EnrolCode(models.Model):
    code_sha256 = models.CharField(primary_key=True, max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    kiosk = models.ForeignKey(Kiosk, null=True, blank=True, on_delete=models.SET_NULL)


class Interview(models.Model):
    """One candidate is to be asked one definition; kiosks fetch those that are open."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="interviews")
    definition = models.ForeignKey(Definition, null=True, blank=True, on_delete=models.SET_NULL)
    title = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    open = models.BooleanField(default=True)
    kiosks = models.ManyToManyField(Kiosk, blank=True)
    """Those that fetch it; none means all."""
    ai_result = models.JSONField(default=dict, blank=True)
    """Receives `recording_video` and `recording_created_at`; other keys belong to others and are never touched."""


class InterviewSession(models.Model):
    """One sitting at a kiosk, by the UUID that the kiosk made. Without an interview it is unassigned."""

    id = models.UUIDField(primary_key=True)
    interview = models.ForeignKey(Interview, null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions")
    kiosk = models.ForeignKey(Kiosk, null=True, blank=True, on_delete=models.SET_NULL)
    candidate_reference = models.CharField(max_length=64)
    """As the kiosk said it."""
    interview_reference = models.CharField(max_length=64)
    title = models.CharField(max_length=200, blank=True)
    interview_sha256 = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    metadata = models.JSONField(default=dict, blank=True)
    """Receives `recording_video` and `recording_created_at`; other keys belong to others and are never touched."""


class Consent(models.Model):
    session = models.OneToOneField(InterviewSession, on_delete=models.CASCADE, related_name="consent")
    reference = models.CharField(max_length=200)
    text_sha256 = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=35, blank=True)
    given_at = models.CharField(max_length=40, blank=True)


class Recording(models.Model):
    """What arrives of a session, and what became of it. Its row is the finaliser's queue."""

    session = models.OneToOneField(
        InterviewSession, primary_key=True, on_delete=models.CASCADE, related_name="recording"
    )
    state = models.CharField(max_length=12, choices=RecordingState.choices, default=RecordingState.RECEIVING)
    why = models.CharField(max_length=500, blank=True)
    """Why it failed, in plain words."""
    manifest = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    """When its last chunk came."""
    completed_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    """A finaliser works on it until then; afterwards another may."""
    attempts = models.PositiveIntegerField(default=0)
    duration_s = models.FloatField(default=0)
    bytes = models.BigIntegerField(default=0)
    """Of all segments, as the kiosk made them."""
    video = models.CharField(max_length=300, blank=True)
    """Storage name of the rendition: interview_recordings/interview_{session}_{YYYYMMDD_HHMMSS}.mp4."""
    captions = models.CharField(max_length=300, blank=True)
    """Storage name of the WebVTT."""
    poster = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(null=True, blank=True)
    """When the rendition was stored."""
    receipt = models.JSONField(default=dict, blank=True)


class Segment(models.Model):
    """As `complete` told it; `original` is the storage name of the verified bytes once they are merged."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="segments")
    number = models.PositiveIntegerField()
    file = models.CharField(max_length=120)
    start_s = models.FloatField(default=0)
    duration_s = models.FloatField(default=0)
    chunks = models.PositiveIntegerField()
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    original = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: Final = [models.UniqueConstraint(fields=["recording", "number"], name="one_segment_of_a_number")]
        ordering: Final = ["number"]


class Chunk(models.Model):
    """A durable chunk that waits to be merged: video_chunks/{session}/{segment:02}/chunk_{number:04}.{of its hash}."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="chunks")
    segment = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: Final = [
            models.UniqueConstraint(fields=["recording", "segment", "number"], name="one_chunk_of_a_number")
        ]
        ordering: Final = ["segment", "number"]


class Erasure(models.Model):
    """A recording that was erased: its id stays known, so that late uploads are refused and kiosks delete theirs."""

    session = models.UUIDField(primary_key=True)
    kiosk = models.ForeignKey(Kiosk, null=True, blank=True, on_delete=models.SET_NULL)
    requested_at = models.DateTimeField(auto_now_add=True)
    requested_by = models.CharField(max_length=150, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    """When the kiosk said that its copy is gone."""


class AuditEntry(models.Model):
    """Who did what, when. Written, never changed."""

    at = models.DateTimeField(auto_now_add=True)
    who = models.CharField(max_length=150)
    """Account, `kiosk NAME`, or `server`."""
    what = models.CharField(max_length=60)
    """sign-in, sign-in refused, view, play, download, assign, erase, enrol, revoke, ..."""
    subject = models.CharField(max_length=200, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    address = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes: Final = [models.Index(fields=["subject", "at"], name="audit_by_subject")]
        ordering: Final = ["-at", "-pk"]
