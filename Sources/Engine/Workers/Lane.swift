/// Undos and probes pass the rest: credit is kept for them, and whoever hands out tasks asks for them first.
enum Lane: Int, Sendable {
    case undo = 0
    case forward = 1
}
