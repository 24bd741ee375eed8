/** Whether Debian's mesa-vulkan-drivers are there, which play a graphics processor. */
const DRIVERS = "/usr/share/vulkan/icd.d";

export function hasSoftwareAdapter(): boolean {
  try {
    return [...Deno.readDirSync(DRIVERS)].some(({ name }) => name.startsWith("lvp_icd"));
  } catch {
    return false;
  }
}
