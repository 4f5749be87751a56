import Kernel

/// The names of a definition's steps, and which index each has.
public struct StepNames: Sendable {
    public let names: [String]
    private let indexes: [String: Int]

    public init(_ names: [String]) {
        self.names = names
        indexes = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }

    public func index(of name: String) -> Int? { indexes[name] }

    /// "there is no step 'hotl'; did you mean 'hotel'?"
    public func unknown(_ name: String) -> String {
        "there is no step '\(name)'" + Suggestion.didYouMean(name, among: names)
    }
}
