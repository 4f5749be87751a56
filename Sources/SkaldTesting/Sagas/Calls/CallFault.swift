/// What the worker spoils: everything it is asked to do for one step.
struct CallFault {
    enum Kind: Equatable {
        /// A no for good, with this code: nothing takes place.
        case refused(String)
        /// It takes place, and whoever asks is told that nobody knows.
        case unknown
    }

    let step: String
    let kind: Kind
}
