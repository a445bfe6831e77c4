/*
 * The two small programs for `sh` that lead a run. They are constants: everything that differs is an argument, and no
 * argument is ever read as a program. Both tell on descriptor 3 when the command begins and how it ends, and both end
 * everything when descriptor 4 does, which it does when we die. The command's standard error is descriptor 5, so that what
 * the leader itself has to say stays apart.
 */

/**
 * What is left of a run's leader to do once the room is ready. `$@` is the command. Asked to end, the leader waits for a command
 * that runs, and does not begin one that does not.
 */
const lead = (endAll: string): string => `
trap 'exit 143' TERM
printf 'ready\\n' >&3
{ read -r line <&4; ${endAll}; } 3>&- 5>&- >/dev/null 2>&1 &
watcher=$!
"$@" 2>&5 3>&- 4<&- 5>&-
code=$?
printf 'exit %s\\n' "$code" >&3
kill "$watcher" 2>/dev/null
exit "$code"
`;

/** In a process group alone: the arguments are the command. */
export const groupScript = `umask 022${lead("kill -KILL 0")}`;

/**
 * As the first process of new namespaces. Arguments: the root of its view, steps, \`--\`, the command. Steps:
 * \`bind SOURCE TARGET\`, \`seal TARGET\` (read only from here), \`tmpfs TARGET OPTIONS\`, \`proc TARGET\`,
 * \`loopback PROGRAM\`, \`alone\` (one more user namespace, and no other below).
 */
export const roomScript = `set -eu
umask 022
root=$1
shift
mount -n --bind "$root" "$root"
while [ "$1" != -- ]; do
  case $1 in
    bind) mount -n --rbind "$2" "$root$3"; shift 3 ;;
    seal) mount -n -o remount,bind,ro "$root$2"; shift 2 ;;
    tmpfs) mount -n -t tmpfs -o "$3" tmpfs "$root$2"; shift 3 ;;
    proc) mount -n -t proc -o nosuid,nodev,noexec proc "$root$2"; shift 2 ;;
    loopback) "$2" link set lo up || :; shift 2 ;;
    alone) printf 1 >"$root/proc/sys/user/max_user_namespaces" 2>/dev/null || :; shift ;;
    *) printf 'no such step: %s\\n' "$1" >&2; exit 125 ;;
  esac
done
shift
cd "$root"
pivot_root . .old
umount -n -l /.old
rmdir /.old
mount -n -o remount,bind,ro /
printf 1000 >/proc/self/oom_score_adj 2>/dev/null || :
set +e${lead("kill -KILL -1")}`;

/** Goes to a directory and becomes the command. Arguments: the directory, the command. */
export const enterScript = `cd -- "$1" || exit 126
unset OLDPWD
shift
exec "$@"`;
