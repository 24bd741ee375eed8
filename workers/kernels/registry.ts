/** Every sampler, by its kind on the wire. Validation, documentation, forms and the tests of kernels come from here. */
export const kernels = {};
