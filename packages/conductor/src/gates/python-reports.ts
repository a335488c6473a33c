/** How a Python test runner is asked for a report without a change to the project: a module that Python loads by itself. */

/**
 * A `sitecustomize.py`: when unittest runs in this process, its results are written as JUnit to the file that
 * CONDUCTOR_JUNIT names. A further `sitecustomize` of the project's own environment is loaded all the same.
 */
export const SITECUSTOMIZE = `import os, sys
_here = os.path.dirname(os.path.abspath(__file__))
_path = os.environ.get("CONDUCTOR_JUNIT")
_others = [p for p in sys.path if os.path.abspath(p or ".") != _here]
sys.path[:] = _others
_own = sys.modules.pop("sitecustomize", None)
try:
    import sitecustomize  # noqa: F401
except ImportError:
    pass
if _own is not None:
    sys.modules["sitecustomize"] = _own


def _install():
    import unittest.runner as runner
    from xml.sax.saxutils import quoteattr

    class Result(runner.TextTestResult):
        def __init__(self, *args, **more):
            super().__init__(*args, **more)
            self.conductor = []

        def _note(self, test, word):
            self.conductor.append((test, word))

        def addSuccess(self, test):
            super().addSuccess(test)
            self._note(test, "")

        def addError(self, test, error):
            super().addError(test, error)
            self._note(test, "error")

        def addFailure(self, test, error):
            super().addFailure(test, error)
            self._note(test, "failure")

        def addSkip(self, test, reason):
            super().addSkip(test, reason)
            self._note(test, "skipped")

        def addExpectedFailure(self, test, error):
            super().addExpectedFailure(test, error)
            self._note(test, "skipped")

        def addUnexpectedSuccess(self, test):
            super().addUnexpectedSuccess(test)
            self._note(test, "failure")

        def addSubTest(self, test, subtest, error):
            super().addSubTest(test, subtest, error)
            if error is not None:
                self._note(subtest, "failure")

    plain = runner.TextTestRunner.run

    def run(self, test):
        if self.resultclass is runner.TextTestResult or self.resultclass is None:
            self.resultclass = Result
        result = plain(self, test)
        notes = getattr(result, "conductor", None)
        if notes is not None:
            rows = []
            for one, word in notes:
                name = one.id() if hasattr(one, "id") else str(one)
                suite, _, case = name.rpartition(".")
                inside = "<%s/>" % word if word else ""
                rows.append(
                    "<testsuite name=%s><testcase name=%s>%s</testcase></testsuite>"
                    % (quoteattr(suite or "tests"), quoteattr(case or name), inside)
                )
            with open(_path, "w") as report:
                report.write("<testsuites>%s</testsuites>\\n" % "".join(rows))
        return result

    runner.TextTestRunner.run = run


class _WhenImported:
    """Waits for unittest.runner, so that a Python that runs no tests pays nothing."""

    def find_spec(self, name, path=None, target=None):
        if name != "unittest.runner":
            return None
        sys.meta_path.remove(self)
        import importlib.util

        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            sys.modules[name] = module
            _install()

        spec.loader.exec_module = exec_module
        return spec


if _path:
    sys.meta_path.insert(0, _WhenImported())
`;
