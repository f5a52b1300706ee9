/**
 * The same sweep on many machines: a job for an engine that deals out shards and tries again. Each
 * job is a file to read and change before it is submitted.
 */

/** The engines that a job can be written for. */
export const ENGINES = ['slurm', 'kubernetes', 'parallel'] as const
/** One of them. */
export type Engine = (typeof ENGINES)[number]

/** What a job needs to know. */
export interface Job {
  /** Name of the sweep. */
  readonly name: string
  /** The plan's file, as the job's machines see it. */
  readonly plan: string
  readonly shards: number
}

/** How long a shard may run before it stops by itself and is tried again. */
const TIME_BUDGET = '50m'
const EXIT_CODES = `# 0: all runs done. 1: done, and an oracle failed: a result, no failure. 2: bad input, never try again.
# 75: runs are left (time budget, SIGTERM): try again, it goes on where it stopped.`

/** The text of a job. */
export function jobFile(engine: Engine, job: Job): string {
  switch (engine) {
    case 'slurm':
      return slurm(job)
    case 'kubernetes':
      return kubernetes(job)
    case 'parallel':
      return parallel(job)
  }
}

const command = ({ plan }: Job, shard: string, part: string): string =>
  `folkmoot-sim run --plan ${quote(plan)} --shard ${shard} -o ${part} --resume --time-budget ${TIME_BUDGET}`

const slurm = (job: Job): string => `#!/bin/bash
# An array job: sbatch ${job.name}.slurm; then folkmoot-sim merge part-*.jsonl -o results.parquet
${EXIT_CODES}
#SBATCH --job-name=${job.name}
#SBATCH --array=1-${job.shards}
#SBATCH --cpus-per-task=4
#SBATCH --mem-per-cpu=1G
#SBATCH --time=01:00:00
#SBATCH --requeue
#SBATCH --signal=B:TERM@300

folkmoot-sim run --plan ${quote(job.plan)} --shard "$SLURM_ARRAY_TASK_ID/${job.shards}" \\
  -o "part-$SLURM_ARRAY_TASK_ID.jsonl" --resume --time-budget ${TIME_BUDGET} --workers "$SLURM_CPUS_PER_TASK" &
# The shell passes the signal on: it finishes the run in hand.
trap 'kill -TERM $!' TERM
wait $!
status=$?
if [ "$status" -gt 128 ]; then wait $!; status=$?; fi
if [ "$status" -eq 75 ]; then scontrol requeue "\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"; fi
if [ "$status" -eq 1 ]; then exit 0; fi
exit "$status"
`

const kubernetes = (
  job: Job,
): string => `# An Indexed Job: kubectl apply -f ${job.name}.yaml. The claim \`sweep\` has the plan, takes the parts, and has
# the package (npm install folkmoot, once, in its folder).
${EXIT_CODES}
apiVersion: batch/v1
kind: Job
metadata:
  name: ${job.name}
spec:
  completionMode: Indexed
  completions: ${job.shards}
  parallelism: ${Math.min(job.shards, 50)}
  backoffLimitPerIndex: 20
  podFailurePolicy:
    rules:
      - action: FailIndex
        onExitCodes: { containerName: sweep, operator: In, values: [2] }
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 300
      containers:
        - name: sweep
          image: node:24
          workingDir: /sweep
          command: [sh, -c]
          args:
            - >-
              PATH="$PWD/node_modules/.bin:$PATH";
              ${command(job, `$((JOB_COMPLETION_INDEX + 1))/${job.shards}`, 'part-$((JOB_COMPLETION_INDEX + 1)).jsonl')} &
              trap 'kill -TERM $!' TERM;
              wait $!; status=$?;
              if [ "$status" -gt 128 ]; then wait $!; status=$?; fi;
              if [ "$status" -eq 1 ]; then exit 0; fi;
              exit "$status"
          resources:
            requests: { cpu: "2", memory: 2Gi }
          volumeMounts: [{ name: sweep, mountPath: /sweep }]
      volumes: [{ name: sweep, persistentVolumeClaim: { claimName: sweep } }]
`

const parallel = (job: Job): string => `#!/bin/sh
# GNU parallel, here or with --sshloginfile over many machines that share this folder.
${EXIT_CODES}
seq ${job.shards} | parallel --joblog ${quote(`${job.name}.joblog`)} --resume-failed --jobs 1 --termseq TERM,300000,KILL,25 \\
  '${command({ ...job, plan: job.plan.replaceAll("'", "'\\''") }, `{}/${job.shards}`, 'part-{}.jsonl')} || [ $? -eq 1 ]'
`

/** A word that a shell reads as it is. */
const quote = (word: string): string =>
  /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
