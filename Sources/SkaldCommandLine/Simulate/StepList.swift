import ArgumentParser

/// `3,7-9`: steps of a simulation.
struct StepList: ExpressibleByArgument {
    let steps: Set<Int>
    /// No run has more.
    static let most = 1_000_000

    init?(argument: String) {
        var found: Set<Int> = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first >= 0, first <= last,
                last < Self.most
            else { return nil }
            found.formUnion(first...last)
        }
        steps = found
    }
}
