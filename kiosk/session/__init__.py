"""The interview itself: a table of states and a director with one inbox. No Qt, no devices, no codec."""
