/// Lines for standard output, and hints for whoever sits there.
struct Rendered: Equatable {
    var lines: [String]
    var hints: [String] = []
}
