/*
 * Expands recurrence rules with libical, for scripts/compare-libical.ts.
 *
 * Input, one case a line:  RULE <tab> DTSTART <tab> MOST
 * Output, one line a case: instances separated by commas, or REFUSED, TIMEOUT or CRASHED.
 *
 * Each case runs in a process of its own, since some rules keep libical busy for minutes.
 */
#include <libical/ical.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_MILLISECONDS 10

static void expand(const char *rule, const char *start, int most)
{
    struct icaltimetype dtstart = icaltime_from_string(start);
    struct icalrecurrencetype recurrence = icalrecurrencetype_from_string(rule);
    icalrecur_iterator *iterator = NULL;
    int written = 0;

    if (recurrence.freq != ICAL_NO_RECURRENCE) {
        iterator = icalrecur_iterator_new(recurrence, dtstart);
    }
    if (iterator == NULL) {
        printf("REFUSED\n");
        return;
    }
    while (written < most) {
        struct icaltimetype next = icalrecur_iterator_next(iterator);
        if (icaltime_is_null_time(next)) {
            break;
        }
        printf("%s%s", written > 0 ? "," : "", icaltime_as_ical_string(next));
        written++;
    }
    printf("\n");
    icalrecur_iterator_free(iterator);
}

static void expand_in_child(const char *rule, const char *start, int most)
{
    const struct itimerval timer = {{0, 0}, {0, MOST_MILLISECONDS * 1000}};
    const struct itimerval off = {{0, 0}, {0, 0}};

    /* Time of this process alone, so that a busy machine gives the same answers. */
    setitimer(ITIMER_VIRTUAL, &timer, NULL);
    expand(rule, start, most);
    setitimer(ITIMER_VIRTUAL, &off, NULL);
    fflush(stdout);
    _exit(0);
}

int main(void)
{
    char line[4096];

    icalerror_set_errors_are_fatal(0);
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *rule = strtok(line, "\t\n");
        char *start = strtok(NULL, "\t\n");
        char *most = strtok(NULL, "\t\n");
        int status = 0;
        pid_t child;

        if (rule == NULL || start == NULL || most == NULL) {
            fprintf(stderr, "a case is a rule, a start and a number, separated by tabs\n");
            return 2;
        }
        child = fork();
        if (child == 0) {
            expand_in_child(rule, start, atoi(most));
        }
        if (child < 0 || waitpid(child, &status, 0) < 0) {
            perror("fork");
            return 1;
        }
        if (WIFSIGNALED(status)) {
            printf(WTERMSIG(status) == SIGVTALRM ? "TIMEOUT\n" : "CRASHED\n");
            fflush(stdout);
        }
    }
    return 0;
}
