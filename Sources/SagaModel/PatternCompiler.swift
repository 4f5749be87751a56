/// Turns a pattern's tree into instructions; counts are unrolled, so their number is limited.
struct PatternCompiler {
    private var program: [Pattern.Instruction] = []
    /// Parts visited; bounds what repeats of nothing would cost.
    private var visits = 0

    mutating func finish() throws(PatternError) -> [Pattern.Instruction] {
        try add(.match)
        return program
    }

    private mutating func add(_ instruction: Pattern.Instruction) throws(PatternError) {
        guard program.count < DefinitionLimits.patternInstructions else { throw tooLarge }
        program.append(instruction)
    }

    private var tooLarge: PatternError {
        PatternError(
            offset: 0,
            message: "the pattern has more than \(DefinitionLimits.patternInstructions) instructions once its counts are "
                + "written out; use smaller counts, or minLength and maxLength")
    }

    mutating func emit(_ tree: PatternTree) throws(PatternError) {
        visits += 1
        guard visits <= 10 * DefinitionLimits.patternInstructions else { throw tooLarge }
        switch tree {
        case .empty: break
        case .characters(let set): try add(.character(set))
        case .start: try add(.start)
        case .end: try add(.end)
        case .sequence(let parts): for part in parts { try emit(part) }
        case .either(let branches): try emitEither(branches)
        case .repeated(let part, let least, let most):
            for _ in 0..<least { try emit(part) }
            if let most { try emitOptional(part, most - least) } else { try emitLoop(part) }
        }
    }

    private mutating func emitEither(_ branches: [PatternTree]) throws(PatternError) {
        var ends: [Int] = []
        for (index, branch) in branches.enumerated() {
            guard index < branches.count - 1 else {
                try emit(branch)
                continue
            }
            let split = program.count
            try add(.split(split + 1, 0))
            try emit(branch)
            ends.append(program.count)
            try add(.jump(0))
            program[split] = .split(split + 1, program.count)
        }
        for end in ends { program[end] = .jump(program.count) }
    }

    private mutating func emitLoop(_ part: PatternTree) throws(PatternError) {
        let split = program.count
        try add(.split(split + 1, 0))
        try emit(part)
        try add(.jump(split))
        program[split] = .split(split + 1, program.count)
    }

    private mutating func emitOptional(_ part: PatternTree, _ count: Int) throws(PatternError) {
        var splits: [Int] = []
        for _ in 0..<count {
            splits.append(program.count)
            try add(.split(program.count + 1, 0))
            try emit(part)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
    }
}
