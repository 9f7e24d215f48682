export async function lazy() {
  const { useFlag } = await import('isoflag/react')
  return useFlag('limit', 1) // reads limit
}
