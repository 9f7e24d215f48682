// isoflag: a file that is no program is told, and the others are read all the same.
const = = {
