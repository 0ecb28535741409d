"""What every service of docker-compose.yml keeps: usage: compose_promises.py CONFIG ENV_EXAMPLE"""

import pathlib
import re
import sys

import yaml

config = yaml.safe_load(pathlib.Path(sys.argv[1]).read_text())
documented = set(re.findall(r"^([A-Z_]+)=", pathlib.Path(sys.argv[2]).read_text(), re.M))
used = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", pathlib.Path("docker-compose.yml").read_text()))
failures = []


def expect(holds, what):
    if not holds:
        failures.append(what)


def stages(dockerfile):
    """The text of each stage, its parent's before its own."""
    texts, name = {}, None
    for line in pathlib.Path(dockerfile).read_text().splitlines():
        if found := re.match(r"FROM (\S+) AS (\S+)$", line):
            parent, name = found.groups()
            texts[name] = texts.get(parent, "")
        elif name:
            texts[name] += line + "\n"
    return texts


services = config["services"]
awaited = {
    (name, wanted["condition"])
    for service in services.values()
    for name, wanted in service.get("depends_on", {}).items()
}
for name, service in services.items():
    stage, is_task = "", service.get("restart") in ("no", False)
    if build := service.get("build"):
        all_stages = stages(build["dockerfile"])
        expect(build["target"] in all_stages, f"{name}: {build['dockerfile']} has no stage {build['target']}")
        stage = all_stages.get(build["target"], "")
        expect(re.search(r"^USER \d+:\d+$", stage, re.M), f"{name}: its image does not name a user by number")
    else:
        expect(re.search(r":\d", service["image"]), f"{name}: its image has no version")
    has_health_check = "healthcheck" in service or "HEALTHCHECK" in stage
    expect(has_health_check != is_task, f"{name}: is neither a one-shot task nor has a health check, or is both")
    expect(service.get("read_only"), f"{name}: its root file system can be written")
    expect("ALL" in service.get("cap_drop", []), f"{name}: keeps capabilities")
    expect(service.get("logging", {}).get("options", {}).get("max-size"), f"{name}: its log grows without end")
    if name != "gateway":
        for port in service.get("ports", []):
            expect(str(port).startswith("127.0.0.1:"), f"{name}: {port} is open to other machines")
    depends_on = service.get("depends_on", {})
    expect(isinstance(depends_on, dict), f"{name}: depends_on without conditions")
    for other, wanted in depends_on.items():
        is_other_task = services[other].get("restart") in ("no", False)
        right = "service_completed_successfully" if is_other_task else "service_healthy"
        expect(wanted["condition"] == right, f"{name}: waits for {other} by {wanted['condition']}, not {right}")

expect(used <= documented, f".env.example does not name {sorted(used - documented)}")
expect(documented <= used, f".env.example names what the compose file does not use: {sorted(documented - used)}")
expect(("postgres", "service_healthy") in awaited, "nothing waits for postgres")

print("\n".join(failures), file=sys.stderr) if failures else None
sys.exit(1 if failures else 0)
