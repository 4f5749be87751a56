import Kernel

/// Problems of a definition, in the order of their place.
enum ProblemText {
    /// One line each: `FILE:LINE:COLUMN: message`. An inline definition was sent in another form than it was written in: there
    /// the JSON path is the place.
    static func lines(_ problems: JSON?, source: String?) -> [String] {
        (problems?.arrayValue ?? []).map { problem in
            let message = Plain.text(problem["message"]?.stringValue ?? problem.text)
            let numbers = [problem["line"], problem["column"]].compactMap { $0?.intValue }.map { String($0) }
            let place = source.map { [$0] + numbers }?.joined(separator: ":") ?? problem["path"]?.stringValue
            return place.map { "\(Plain.text($0)): \(message)" } ?? message
        }
    }
}
