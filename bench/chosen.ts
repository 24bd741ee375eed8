/** TASKS=nice,glow in the environment: some of a benchmark's tasks. */

/** Those that TASKS names; all where it is absent. */
export function chosen<Task extends { readonly name: string }>(tasks: readonly Task[]): readonly Task[] {
  const names = Deno.env.get("TASKS")?.split(",");
  return tasks.filter(({ name }) => !names || names.includes(name));
}
