// Speaks of none of it: read, not parsed. Its mistake is nobody's business here.
const = = {
