public import Kernel

/// What is wrong with a definition, where, and what to do about it.
public struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
    public let place: Place
    public let message: String

    public init(_ place: Place, _ message: String) {
        self.place = place
        self.message = message
    }

    public var line: Int { place.line }
    public var column: Int { place.column }
    public var path: String { place.path }
    /// `12:5: message`, ready to stand behind a file name and a colon.
    public var description: String { "\(line):\(column): \(message)" }
    public var json: JSON {
        ["line": .int(Int64(line)), "column": .int(Int64(column)), "path": .string(path), "message": .string(message)]
    }
}

/// Gathers problems and warnings while a definition is read; bounded, and handed out in the order of their place.
public struct Problems: Sendable {
    private var found: [Problem] = []
    private var doubts: [Problem] = []

    public init() {}

    public var isEmpty: Bool { found.isEmpty }
    public var problems: [Problem] { Problems.sorted(found) }
    public var warnings: [Problem] { Problems.sorted(doubts) }

    /// Places are computed only for what is kept: finding one costs a walk through its text.
    public mutating func refuse(_ place: @autoclosure () -> Place, _ message: @autoclosure () -> String) {
        if found.count < DefinitionLimits.problems { Problems.add(Problem(place(), message()), to: &found) }
    }

    public mutating func warn(_ place: @autoclosure () -> Place, _ message: @autoclosure () -> String) {
        if doubts.count < DefinitionLimits.problems { Problems.add(Problem(place(), message()), to: &doubts) }
    }

    private static func add(_ problem: Problem, to list: inout [Problem]) {
        if !list.contains(problem) { list.append(problem) }
    }

    private static func sorted(_ list: [Problem]) -> [Problem] {
        list.sorted { ($0.line, $0.column, $0.message) < ($1.line, $1.column, $1.message) }
    }
}
