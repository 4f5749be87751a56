/// One broken rule: where it stands and what to write instead.
struct Finding: Equatable, CustomStringConvertible {
    let file: String
    let line: Int
    let message: String

    var description: String { "\(file):\(line): \(message)" }
}
