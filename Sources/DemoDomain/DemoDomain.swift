// The DemoDomain module.
