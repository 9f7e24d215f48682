import { useFlag } from 'some-other-library'

// What is behind the name is not known here, but name and key together say enough.
export const theirs = () => useFlag('checkout', false) // reads checkout
