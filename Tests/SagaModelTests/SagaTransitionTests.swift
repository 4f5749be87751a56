import SagaModel
import Testing

/// DX-11: the transition function is total. Each table names every legal pair; all others must be refused.
@Suite struct SagaTransitionTests {
    @Test func `DX-11 a saga moves only as the table says`() {
        let legal: [(SagaStatus, SagaInput, SagaStatus)] = [
            (.running, .compensating, .compensating), (.running, .completed, .completed), (.running, .terminated, .terminated),
            (.compensating, .compensated, .compensated), (.compensating, .terminated, .terminated),
        ]
        for status in SagaStatus.allCases {
            for input in SagaInput.allCases {
                let expected = legal.first { $0.0 == status && $0.1 == input }?.2
                #expect(SagaTransition.next(status, input) == expected, "\(status) \(input)")
            }
        }
    }

    @Test func `DX-11 a step moves only as the table says`() {
        let legal: [(StepStatus, StepInput, StepStatus)] = [
            (.pending, .started, .running), (.pending, .skipped, .skipped), (.pending, .cancelled, .cancelled),
            (.running, .completed, .completed), (.running, .failedDefinitely, .failed), (.running, .failedMaybe, .failed),
            (.running, .retrying, .retrying), (.running, .unknown, .unknown), (.running, .cancelled, .cancelled),
            (.retrying, .started, .running), (.retrying, .completed, .completed), (.retrying, .failedDefinitely, .failed),
            (.retrying, .failedMaybe, .failed),
            (.unknown, .started, .running), (.unknown, .completed, .completed), (.unknown, .failedDefinitely, .failed),
            (.unknown, .failedMaybe, .failed), (.unknown, .retrying, .retrying), (.unknown, .unknown, .unknown),
            (.failed, .completed, .completed), (.failed, .reopened, .retrying), (.failed, .renewed, .pending),
        ]
        for status in StepStatus.allCases {
            for input in StepInput.allCases {
                let expected = legal.first { $0.0 == status && $0.1 == input }?.2
                #expect(SagaTransition.next(status, input) == expected, "\(status) \(input)")
            }
        }
    }

    @Test func `DX-11 an undo moves only as the table says`() {
        let legal: [(UndoStatus, UndoInput, UndoStatus)] = [
            (.none, .owed, .pending), (.none, .bypassed, .bypassed), (.none, .failed, .failed),
            (.pending, .started, .undoing), (.pending, .bypassed, .bypassed), (.pending, .failed, .failed),
            (.undoing, .completed, .undone), (.undoing, .retrying, .retrying), (.undoing, .failed, .failed),
            (.retrying, .started, .undoing), (.retrying, .failed, .failed), (.retrying, .completed, .undone),
            (.failed, .completed, .undone),
            (.none, .waived, .waived), (.pending, .waived, .waived), (.undoing, .waived, .waived),
            (.retrying, .waived, .waived), (.failed, .waived, .waived), (.failed, .reopened, .retrying),
        ]
        for status in UndoStatus.allCases {
            for input in UndoInput.allCases {
                let expected = legal.first { $0.0 == status && $0.1 == input }?.2
                #expect(SagaTransition.next(status, input) == expected, "\(status) \(input)")
            }
        }
    }
}
