"""H.264's parameter sets, out of an MP4's head (ISO/IEC 14496-15, AVCDecoderConfigurationRecord)."""

from kiosk.domain.errors import BadRequest


def parameter_sets(head: bytes) -> bytes:
    """Sequence and picture parameter sets of an `avcC`, each behind its length in 4 bytes, as samples carry them.

    Raises BadRequest when it is damaged or lengths in the samples are not of 4 bytes.
    """
    damaged = BadRequest("The recording's video settings are damaged.")
    if len(head) < 7 or head[0] != 1 or head[4] & 3 != 3:
        raise damaged
    found, at = bytearray(), 5
    for mask in (0x1F, 0xFF):
        if at >= len(head):
            raise damaged
        count, at = head[at] & mask, at + 1
        for _ in range(count):
            length = int.from_bytes(head[at : at + 2], "big")
            unit = head[at + 2 : at + 2 + length]
            if not length or len(unit) != length:
                raise damaged
            found += length.to_bytes(4, "big") + unit
            at += 2 + length
    return bytes(found)
