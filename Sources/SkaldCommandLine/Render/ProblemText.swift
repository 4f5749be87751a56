import Kernel

/// Problems of a definition, in the order of their place.
enum ProblemText {
    /// One line each: `FILE:LINE:COLUMN: message`; without a file also the JSON path, as in an inline definition.
    static func lines(_ problems: JSON?, source: String?) -> [String] {
        (problems?.arrayValue ?? []).map { problem in
            let numbers = [problem["line"], problem["column"]].compactMap { $0?.intValue }.map { String($0) }
            let place = ([source.map { Plain.text($0) }].compactMap { $0 } + numbers).joined(separator: ":")
            let path = source == nil ? problem["path"]?.stringValue.map { Plain.text($0) } : nil
            let message = Plain.text(problem["message"]?.stringValue ?? problem.text)
            return [place.isEmpty ? nil : place + ":", path.map { $0 + ":" }, message].compactMap { $0 }.joined(separator: " ")
        }
    }
}
