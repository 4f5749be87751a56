/// A regular expression of the subset in SAGAS section 8, matched in time linear in the text.
///
/// Compiled to instructions for a machine that follows all alternatives at once (K. Thompson 1968; R. Cox, "Regular
/// Expression Matching: the Virtual Machine Approach"), so no pattern makes a match explode.
struct Pattern: Sendable {
    enum Instruction: Sendable {
        /// Goes on when the character is in the set.
        case character(CharacterSet)
        /// Goes on when nothing stands before (after) this point.
        case start, end
        /// Goes on at both places.
        case split(Int, Int)
        case jump(Int)
        case match
    }

    let source: String
    let program: [Instruction]

    init(_ source: String) throws(PatternError) {
        self.source = source
        guard source.utf8.count <= DefinitionLimits.patternBytes else {
            throw PatternError(offset: 0, message: "the pattern is longer than \(DefinitionLimits.patternBytes) bytes")
        }
        var compiler = PatternCompiler()
        let tree = try PatternParser.parse(source)
        try compiler.emit(tree)
        program = try compiler.finish()
    }

    enum Outcome: Equatable {
        case matches, fails
        /// The text goes on beyond `DefinitionLimits.patternText`.
        case textTooLong
        /// The work that was left did not suffice.
        case outOfWork
    }

    /// Whether the pattern matches anywhere in `text`, as JSON Schema asks; anchors bind it to the ends. Takes from `work`.
    func match(_ text: String, work: inout Int) -> Outcome {
        var machine = PatternMachine(program: program, work: work)
        defer { work = machine.work }
        var count = 0
        for scalar in text.unicodeScalars {
            machine.start(isFirst: count == 0, isLast: false)
            if machine.isMatched { return .matches }
            guard machine.work > 0 else { return .outOfWork }
            count += 1
            guard count <= DefinitionLimits.patternText else { return .textTooLong }
            machine.advance(over: scalar)
        }
        machine.start(isFirst: count == 0, isLast: true)
        return machine.isMatched ? .matches : .fails
    }
}

/// Why a text is no pattern of ours, and where in it.
struct PatternError: Error, Equatable {
    /// UTF-8 offset.
    let offset: Int
    let message: String
}

/// A set of characters as ranges, or all but these.
struct CharacterSet: Sendable, Equatable {
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool { ranges.contains { $0.contains(scalar.value) } != isNegated }
}
