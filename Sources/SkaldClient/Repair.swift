/// What a person does to a step of a stuck saga.
public enum Repair: String, Sendable, CaseIterable { case retry, edit, substitute, waive, complete, fail }
