/// A failure in lines: what happened, its details, what to do next.
enum FailureText {
    static func lines(_ failure: Failure, tool: String) -> [String] {
        let next = failure.next.map { ["  next: \($0)"] } ?? []
        return ["\(tool): \(failure.what)"] + failure.details.map { "  " + $0 } + next
    }
}
