import SagaModel

/// A step as written, its parts parsed but not yet checked against the rest of the definition.
struct StepDraft {
    struct Need {
        let index: Int
        let place: Place
    }

    /// What the step does, with the place of the key that says so.
    enum Form {
        case operation(OperationDraft)
        case sleep(Int64)
        /// Named `saga`, which is refused as not supported, or an operation that was refused: it takes part in the order.
        case effect
        /// Nothing, or something refused: other checks leave it alone.
        case unknown
    }

    enum UndoForm {
        case missing
        case waived(because: String?)
        case action(OperationDraft?, retry: RetryDraft, timeout: Int64?)
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
    var probe: ProbeDraft?
    /// Whether a worker does it; also when what is called was refused.
    var isCall = false

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
        case .operation, .effect: true
        case .sleep, .unknown: false
        }
    }
}

/// What a participant is asked to do, as written.
enum OperationDraft {
    case command(CommandDraft)
    case call(CallDraft)

    var template: OperationTemplate {
        switch self {
        case .command(let command): .command(command.template)
        case .call(let call): .call(call.template)
        }
    }
}

/// An action of a worker as written. What it takes nobody here knows.
struct CallDraft {
    let action: String
    let body: ParsedTemplate?

    var template: CallTemplate { CallTemplate(action: action, body: body?.template) }
}

/// The question what became of a call, as written.
struct ProbeDraft {
    /// nil when it was refused.
    let call: CallDraft?
    let retry: RetryDraft
    let timeout: Int64?
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
    /// Workers decide for the aggregate.
    let isRemote: Bool

    var template: CommandTemplate {
        CommandTemplate(aggregate: aggregate, name: name, key: key?.template, body: body?.template, isRemote: isRemote)
    }
}
