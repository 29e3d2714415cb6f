/* fork, exec and wait. Output goes to files without a name, so that nobody has to read while it is
 * written. */
#include "experiments/batch.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/interrupt.h"

enum { NO_PRIVILEGE = 77 };

/* In the child. Does not return. The alarm outlives exec, and its default is the end. */
static void become(const struct batch_job *job, unsigned limit, pid_t parent)
{
    interrupt_restore();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it died before the line above */
        _exit(1);
    alarm(limit);
    if (dup2(fileno(job->out), STDOUT_FILENO) >= 0 && dup2(fileno(job->err), STDERR_FILENO) >= 0)
        execv(job->command[0], (char *const *)job->command);
    _exit(127);
}

static int begin(struct batch_job *job, unsigned limit, struct fault *fault)
{
    job->out = tmpfile();
    job->err = tmpfile();
    if (!job->out || !job->err)
        return fault_errno(fault, -errno, "no room for what a program prints");
    pid_t parent = getpid();
    job->took_us = -clock_now();
    job->pid = fork();
    if (job->pid == 0)
        become(job, limit, parent);
    return job->pid < 0 ? fault_errno(fault, -errno, "cannot start %s", job->command[0]) : 0;
}

/* Waits until one of the jobs has ended. */
static struct batch_job *await_any(struct batch *batch)
{
    int status;
    pid_t pid;
    do
        pid = wait(&status);
    while (pid < 0 && errno == EINTR);
    for (size_t i = 0; i < batch->count && pid > 0; i++) {
        struct batch_job *job = &batch->jobs[i];
        if (job->pid != pid)
            continue;
        job->pid = 0;
        job->took_us += clock_now();
        job->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        rewind(job->out);
        rewind(job->err);
        return job;
    }
    return NULL;
}

static void tell(const struct batch *batch, const struct batch_job *job, bool began)
{
    if (batch->progress)
        batch->progress(job, began, batch->arg);
}

int batch_run(struct batch *batch, struct fault *fault)
{
    size_t next = 0, end = batch->count;
    int running = 0, error = 0;
    while (running > 0 || next < end) {
        if (running < batch->parallel && next < end) {
            struct batch_job *job = &batch->jobs[next++];
            error = begin(job, batch->limit, fault);
            if (error)
                end = next; /* those that run are waited for */
            else
                tell(batch, job, true);
            running += !error;
            continue;
        }
        const struct batch_job *job = await_any(batch);
        running--;
        if (job)
            tell(batch, job, false);
        if (job && job->status == NO_PRIVILEGE)
            end = next;
    }
    return fault->error;
}

void batch_fini(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->jobs[i].out)
            fclose(batch->jobs[i].out);
        if (batch->jobs[i].err)
            fclose(batch->jobs[i].err);
    }
}
