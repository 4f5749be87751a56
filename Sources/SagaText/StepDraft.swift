import SagaModel

/// A step as written, its parts parsed but not yet checked against the rest of the definition.
struct StepDraft {
    struct Need {
        let index: Int
        let place: Place
    }

    /// What the step does, with the place of the key that says so.
    enum Form {
        case command(CommandDraft)
        case sleep(Int64)
        /// Named `call` or `saga`: refused as not supported, but it takes part in the order like a command.
        case remote
        /// Nothing, or something refused: other checks leave it alone.
        case unknown
    }

    enum UndoForm {
        case missing
        case waived(because: String?)
        case action(CommandDraft?, retry: RetryDraft, timeout: Int64?)
    }

    let name: String
    /// The step's name in the text.
    let place: Place
    var needs: [Need] = []
    var condition: ParsedTemplate?
    var form: Form = .unknown
    var formPlace: Place
    var expect: ParsedTemplate?
    var undo: UndoForm = .missing
    var undoPlace: Place?
    var pivotPlace: Place?
    var optionalPlace: Place?
    var retry = RetryDraft()
    var timeout: Int64?

    var isPivot: Bool { pivotPlace != nil }
    var isOptional: Bool { optionalPlace != nil }
    /// How the step can have ended once it is finished and the saga goes on.
    var endings: Set<StepEnding> {
        var endings: Set<StepEnding> = [.completed]
        if condition != nil { endings.insert(.skipped) }
        if isOptional { endings.insert(.failed) }
        return endings
    }
    /// Whether the step changes something outside the saga, so that it has an order with the pivot and needs an undo.
    var hasEffect: Bool {
        switch form {
        case .command, .remote: true
        case .sleep, .unknown: false
        }
    }
}

/// A command as written.
struct CommandDraft {
    let aggregate: String
    let name: String
    /// Of `command`'s value.
    let place: Place
    let key: ParsedTemplate?
    let body: ParsedTemplate?
    /// False when `with` is there but could not be parsed: then nothing is said about what it lacks.
    let isBodyRead: Bool
    /// The fields it takes, when the type is compiled in.
    let fields: CommandFinding

    var template: CommandTemplate {
        CommandTemplate(aggregate: aggregate, name: name, key: key?.template, body: body?.template)
    }
}
