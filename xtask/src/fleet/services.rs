//! What the fleet consists of. A new program is one more entry of `PROGRAMS`, a new model one more of `TASKS`.

use crate::credentials::Credentials;
use crate::fleet::ports::{Port, Ports};
use crate::stores::Store;

pub(crate) const STORES: &[(Store, Port)] = &[
    (Store::Postgres, Port { setting: "FILMLENS_POSTGRES_PORT", default: 5435 }),
    (Store::Redis, Port { setting: "FILMLENS_REDIS_PORT", default: 6379 }),
    (Store::MongoDb, Port { setting: "FILMLENS_MONGODB_PORT", default: 27017 }),
];

/// Built one after the other in this order, each started as soon as it is built: what a user can use first comes first.
pub(crate) const PROGRAMS: &[Program] = &[
    Program {
        name: "query-api",
        features: &[],
        port: Port { setting: "FILMLENS_QUERY_API_PORT", default: 8001 },
        needs: &[Store::Postgres],
        prepared_by: &[MIGRATE, LOAD_DEMO, CREATE_API_KEY],
        finds: &[],
        ready: "/health/ready",
        page: "/docs",
    },
    Program {
        name: "recommendation-api",
        features: &[],
        port: Port { setting: "FILMLENS_RECOMMENDATION_API_PORT", default: 8002 },
        needs: &[],
        prepared_by: &[GENERATE_RATINGS, TRAIN_CLASSIC, TRAIN_FILMES],
        finds: &[("FILMLENS__MODELS__CLASSIC", CLASSIC_MODEL), ("FILMLENS__MODELS__FILMES", FILMES_MODEL)],
        ready: "/health/ready",
        page: "/docs",
    },
    // Last, for LightGBM takes the longest to build.
    Program {
        name: "prediction-api",
        features: &["engines"],
        port: Port { setting: "FILMLENS_PREDICTION_API_PORT", default: 8000 },
        needs: &[Store::Postgres],
        prepared_by: &[TRAIN_SENSITIVITY],
        finds: &[
            ("FILMLENS__MODEL__FOLDER", SENSITIVITY_MODEL),
            ("FILMLENS__SAVING__LEFTOVERS", "predictions/unsaved.ndjson"),
        ],
        ready: "/health/ready",
        page: "/docs",
    },
];

const MIGRATE: Step = Step {
    what: "migrating the database",
    package: "filmlens-data",
    arguments: &["migrate", "up"],
    output: StepOutput::Log,
    makes: None,
};

const LOAD_DEMO: Step = Step {
    what: "loading the demo catalogue",
    package: "filmlens-data",
    // Once: what an editor has changed since must survive the next start.
    arguments: &["load", "demo", "--if-empty"],
    output: StepOutput::Log,
    makes: None,
};

const CREATE_API_KEY: Step = Step {
    what: "creating an API key",
    package: "filmlens-data",
    // The key file may be lost while the database remembers the name.
    arguments: &["api-key", "create", "--name", "local", "--role", "admin", "--replace"],
    output: StepOutput::ApiKey,
    makes: None,
};

/// Apart from what the task below makes of the same users: neither waits for the other, nor fails with it.
const DEMO_RATINGS: &str = "demo-ratings";
const CLASSIC_MODEL: &str = "models/classic";
const FILMES_MODEL: &str = "models/filmes";
pub(crate) const SENSITIVITY_MODEL: &str = "models/production/movielens";

const GENERATE_RATINGS: Step = Step {
    what: "generating demo ratings",
    package: "filmlens-data",
    arguments: &["generate", "demo-users", "--to", DEMO_RATINGS],
    output: StepOutput::Log,
    makes: Some(DEMO_RATINGS),
};

const TRAIN_CLASSIC: Step = Step {
    what: "training the classic recommenders",
    package: "filmlens-classic",
    arguments: &["train", "--data", DEMO_RATINGS, "--out", CLASSIC_MODEL, "--no-evaluation", "--if-absent"],
    output: StepOutput::Log,
    makes: Some(CLASSIC_MODEL),
};

const TRAIN_FILMES: Step = Step {
    what: "training the clusters of the KMeans API",
    package: "filmlens-classic",
    arguments: &["train", "kmeans", "--data", "demo-filmes", "--out", FILMES_MODEL, "--if-absent"],
    output: StepOutput::Log,
    makes: Some(FILMES_MODEL),
};

const TRAIN_SENSITIVITY: Step = Step {
    what: "training the sensitivity classifier",
    package: "filmlens-sensitivity-cli",
    arguments: &["train", "--out", SENSITIVITY_MODEL, "--no-evaluation", "--if-absent"],
    output: StepOutput::Log,
    makes: Some(SENSITIVITY_MODEL),
};

/// Run to their end after all programs were built, in this order. None is needed by a program: one that fails is told of,
/// and the fleet goes on without what it makes.
pub(crate) const TASKS: &[Task] = &[Task {
    name: "demo-model",
    steps: &[
        Make {
            what: "generating demo histories",
            needs: None,
            package: "filmlens-data",
            arguments: &["generate", "demo-users", "--to", "demo-histories"],
            makes: "demo-histories",
        },
        Make {
            what: "training",
            needs: Some("libtorch"),
            package: "filmlens-sequence",
            arguments: &[
                "train",
                "--data",
                "demo-histories",
                "--out",
                "models/sequence",
                "--config",
                "demo",
                "--if-absent",
            ],
            makes: "models/sequence",
        },
    ],
}];

pub(crate) struct Program {
    /// Of the service, and of its cargo package and binary.
    pub(crate) name: &'static str,
    pub(crate) features: &'static [&'static str],
    pub(crate) port: Port,
    pub(crate) needs: &'static [Store],
    /// Run to their end before the program starts, in this order; repeated at every start, so they must be idempotent.
    pub(crate) prepared_by: &'static [Step],
    /// Settings that name what lies in the run folder.
    pub(crate) finds: &'static [(&'static str, &'static str)],
    /// Answers 200 when the program can be used.
    pub(crate) ready: &'static str,
    /// What to open in a browser.
    pub(crate) page: &'static str,
}

pub(crate) struct Step {
    pub(crate) what: &'static str,
    /// The package whose binary does it; built together with the program that it prepares.
    pub(crate) package: &'static str,
    pub(crate) arguments: &'static [&'static str],
    pub(crate) output: StepOutput,
    /// A path in the run folder: while it is there the step is skipped. Paths in the arguments start there too.
    pub(crate) makes: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum StepOutput {
    Log,
    /// Standard output is the key, kept in the run folder; the step is skipped while that file exists.
    ApiKey,
}

pub(crate) struct Task {
    pub(crate) name: &'static str,
    pub(crate) steps: &'static [Make],
}

/// A step that is skipped once what it makes is there. Paths, those in the arguments too, start in the run folder.
pub(crate) struct Make {
    pub(crate) what: &'static str,
    /// The group of `./dev setup` without which its package cannot be built.
    pub(crate) needs: Option<&'static str>,
    pub(crate) package: &'static str,
    pub(crate) arguments: &'static [&'static str],
    /// Appears when the step has succeeded, and not before.
    pub(crate) makes: &'static str,
}

impl Task {
    /// What is there when all of it is done.
    pub(crate) fn product(&self) -> &'static str {
        self.steps.last().expect("a task has steps").makes
    }
}

impl Program {
    pub(crate) fn url(&self, port: u16) -> String {
        format!("http://127.0.0.1:{port}{}", self.page)
    }

    /// Packages to build, each once.
    pub(crate) fn packages(&self) -> Vec<&'static str> {
        let mut packages = vec![self.name];
        for step in self.prepared_by {
            if !packages.contains(&step.package) {
                packages.push(step.package);
            }
        }
        packages
    }
}

/// What every program and step finds in its environment.
pub(crate) fn environment(ports: &Ports, credentials: &Credentials) -> Vec<(String, String)> {
    let url = |store: Store| store.url(ports.of_store(store), credentials);
    let values = [
        ("DATABASE_URL", url(Store::Postgres)),
        ("REDIS_URL", url(Store::Redis)),
        ("MONGODB_URI", url(Store::MongoDb)),
        ("FILMLENS__TELEMETRY__FORMAT", "pretty".to_owned()),
    ];
    values.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

/// Stronger than DATABASE_URL, and about another database than the fleet's.
pub(crate) const FOREIGN_SETTINGS: &[&str] = &["RDS_SECRET_MANAGER_ARN"];
