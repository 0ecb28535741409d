use std::collections::BTreeMap;

use filmlens_domain::{Category, ImdbId, Level, PerCategory};

use super::parse_imdb;
use crate::csv_table::CsvTable;
use crate::{Error, Rejection};

pub(super) struct Severities {
    pub(super) by_film: BTreeMap<ImdbId, Judgement>,
    pub(super) rejections: Vec<Rejection>,
}

pub(super) struct Judgement {
    pub(super) levels: PerCategory<Option<Level>>,
    pub(super) is_mild: PerCategory<bool>,
}

/// Nobody was asked about suicide.
const COLUMNS: [(Category, &str); 4] = [
    (Category::Violencia, "violence_gore"),
    (Category::Sexualidad, "sex_nudity"),
    (Category::Drogas, "alcohol_drugs"),
    (Category::LenguajeFuerte, "profanity"),
];

const MILD: &str = "Mild";

pub(super) fn read(table: &CsvTable) -> Result<Severities, Error> {
    let id = table.column("imdb_id")?;
    let mut columns = Vec::new();
    for (category, name) in COLUMNS {
        columns.push((category, name, table.column(name)?));
    }
    let mut by_film: BTreeMap<ImdbId, Judgement> = BTreeMap::new();
    let walk = table.walk(|record, _| {
        let Some(id) = parse_imdb(&record[id])? else { return Err("has no imdb_id".to_owned()) };
        if by_film.contains_key(&id) {
            return Err(format!("judges the film {id} again"));
        }
        let mut levels = [None; Category::ALL.len()];
        let mut is_mild = [false; Category::ALL.len()];
        for (category, name, column) in &columns {
            let raw = record[*column].trim();
            levels[*category as usize] = parse_severity(name, raw)?;
            is_mild[*category as usize] = raw == MILD;
        }
        let judgement = Judgement {
            levels: PerCategory::from_fn(|category| levels[category as usize]),
            is_mild: PerCategory::from_fn(|category| is_mild[category as usize]),
        };
        by_film.insert(id, judgement);
        Ok(())
    })?;
    Ok(Severities { by_film, rejections: walk.rejections })
}

/// The four severities as our three levels: what is mild is no reason to warn a family.
fn parse_severity(column: &str, raw: &str) -> Result<Option<Level>, String> {
    match raw {
        "" => Ok(None),
        "None" | MILD => Ok(Some(Level::SinContenido)),
        "Moderate" => Ok(Some(Level::Moderado)),
        "Severe" => Ok(Some(Level::Alto)),
        other => Err(format!("{column} must be None, Mild, Moderate or Severe, not {other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_become_levels_and_suicide_stays_open() {
        let text = "imdb_id,title,sex_nudity,violence_gore,profanity,alcohol_drugs,intensity\n\
                    tt1,A,Mild,Severe,Moderate,None,Severe\ntt2,B,,None,None,None,None\n\
                    tt1,A,None,None,None,None,None\ntt3,C,Much,None,None,None,None\n,D,None,None,None,None,None\n";
        let table = CsvTable::parse("severities.csv", text.as_bytes().to_vec(), b',').unwrap();
        let severities = read(&table).unwrap();
        let films: Vec<_> = severities.by_film.values().collect();
        assert_eq!(films.len(), 2);
        assert_eq!(films[0].levels.violencia, Some(Level::Alto));
        assert_eq!(films[0].levels.sexualidad, Some(Level::SinContenido));
        assert_eq!(films[0].levels.lenguaje_fuerte, Some(Level::Moderado));
        assert!(films[0].is_mild.sexualidad && !films[0].is_mild.drogas);
        assert_eq!((films[0].levels.suicidio, films[1].levels.sexualidad), (None, None));
        let told: Vec<String> = severities.rejections.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "severities.csv:4: judges the film tt0000001 again",
                "severities.csv:5: sex_nudity must be None, Mild, Moderate or Severe, not \"Much\"",
                "severities.csv:6: has no imdb_id",
            ]
        );
    }
}
