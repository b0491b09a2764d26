// What must be there before anything is measured: our program, built, and the
// peers, installed. Git ignores both places.
import fs from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const modules = path.join(here, 'node_modules')
export const repository = path.join(here, '..', '..')
export const program = path.join(repository, 'dist', 'crdt-bench')

export function build() {
  must('go', ['build', '-trimpath', '-o', program, './crdt/bench'], repository)
}

// install installs the peers as they are pinned, unless they are there.
export function install() {
  const pinned = fs.readFileSync(path.join(here, 'package-lock.json'), 'utf8')
  const stamp = path.join(modules, '.pinned')
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === pinned) return
  must('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], here)
  fs.writeFileSync(stamp, pinned)
}

// version returns which version of a package is installed.
export function version(name) {
  return JSON.parse(fs.readFileSync(path.join(modules, name, 'package.json'), 'utf8')).version
}

// must runs a command; what it prints is no part of the report.
function must(command, args, cwd) {
  const { error, status } = spawnSync(command, args, { cwd, stdio: ['ignore', 2, 2] })
  if (error) throw new Error(`${command} cannot be run: ${error.code === 'ENOENT' ? 'it is not installed' : error.message}`)
  if (status !== 0) throw new Error(`${command} ${args[0]} failed`)
}
