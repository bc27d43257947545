"""Schedule rules of EventBridge: ``rate(...)`` counts from when the rule got its targets, and each target is run once.

LocalStack turns a rate into a cron expression and looks at all of them once a minute; it adds a job whenever targets
are put, keeps the old ones, and runs rules that are disabled or deleted.
CHOREO_MINUTE_SECONDS shortens the minute of ``rate(...)``, for tests that cannot wait (60 by default).
"""

import logging
import os
import re
import threading
import time
from dataclasses import dataclass

from crontab import CronTab
from localstack.services.events.models import Rule, events_stores
from localstack.services.events.rule import RuleService

LOG = logging.getLogger(__name__)

TICK_S = 0.5
RATE = re.compile(r"rate\s*\(\s*(\d+)\s+(minute|hour|day)s?\s*\)")
CRON = re.compile(r"cron\s*\((.*)\)")
MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60}


def seconds_to_next(expression: str) -> float | None:
    expression = expression.strip()
    if rate := RATE.fullmatch(expression):
        return int(rate[1]) * MINUTES[rate[2]] * float(os.environ.get("CHOREO_MINUTE_SECONDS", "60"))
    if cron := CRON.fullmatch(expression):
        return CronTab(cron[1].strip()).next(default_utc=True)
    return None


@dataclass
class Schedule:
    rule: Rule
    expression: str
    send: object  # runs all targets of the rule
    due: float

    def current(self) -> Rule | None:
        """The rule as it is now: a PutRule replaces it."""
        bus = events_stores[self.rule.account_id][self.rule.region].event_buses.get(self.rule.event_bus_name)
        return bus.rules.get(self.rule.name) if bus else None


class Clock:
    def __init__(self) -> None:
        self._schedules: dict[str, Schedule] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, rule: Rule, send) -> None:
        """Replaces what is known of the rule; an unchanged schedule keeps its rhythm."""
        wait = seconds_to_next(rule.schedule_expression)
        if wait is None:
            return
        with self._lock:
            before = self._schedules.get(rule.arn)
            same = before is not None and before.expression == rule.schedule_expression
            due = before.due if same else time.time() + wait
            self._schedules[rule.arn] = Schedule(rule, rule.schedule_expression, send, due)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="choreo-schedules", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            time.sleep(TICK_S)
            with self._lock:
                due = [(arn, one) for arn, one in self._schedules.items() if one.due <= time.time()]
            for arn, schedule in due:
                try:
                    self._fire(arn, schedule)
                except Exception:
                    LOG.exception("schedule of %s failed", arn)

    def _fire(self, arn: str, schedule: Schedule) -> None:
        rule = schedule.current()
        wait = seconds_to_next(rule.schedule_expression) if rule and rule.schedule_expression else None
        with self._lock:
            if self._schedules.get(arn) is not schedule:
                return
            if wait is None:
                del self._schedules[arn]
                return
            # Counted from when it was due, so that a rate does not drift; after a long sleep, from now.
            schedule.due = max(schedule.due, time.time() - TICK_S * 2) + wait
        if rule.state != "DISABLED":
            threading.Thread(target=schedule.send, name="choreo-schedule", daemon=True).start()


def apply() -> None:
    clock = Clock()
    RuleService.create_schedule_job = lambda self, send: clock.add(self.rule, send)
