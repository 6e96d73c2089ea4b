//! The few words that rendering adds to a document, in the languages whose sections are understood.

/// Words that are added.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Labels {
    /// Titles of alerts: note, tip, important, warning, caution.
    pub(super) alerts: [&'static str; 5],
    /// Names the link beside a heading.
    pub(super) section: &'static str,
    /// Names a table that scrolls.
    pub(super) table: &'static str,
    /// Names the box of a task that is done.
    pub(super) done: &'static str,
    /// Names the box of a task that is not.
    pub(super) open: &'static str,
    /// Names the list of footnotes.
    pub(super) footnotes: &'static str,
    /// Names the link from a footnote to where it is mentioned.
    pub(super) back: &'static str,
}

/// Returns the words for a language such as `pt-BR`; those of English for one that is not known.
pub(super) fn labels(lang: &str) -> &'static Labels {
    let primary = lang.split(['-', '_']).next().unwrap_or_default();
    KNOWN
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(primary))
        .map_or(&KNOWN[0].1, |(_, labels)| labels)
}

static KNOWN: [(&str, Labels); 8] = [
    (
        "en",
        Labels {
            alerts: ["Note", "Tip", "Important", "Warning", "Caution"],
            section: "Link to this section",
            table: "Table",
            done: "Done",
            open: "Open",
            footnotes: "Footnotes",
            back: "Back to the text",
        },
    ),
    (
        "fr",
        Labels {
            alerts: ["Remarque", "Conseil", "Important", "Avertissement", "Attention"],
            section: "Lien vers cette section",
            table: "Tableau",
            done: "Fait",
            open: "À faire",
            footnotes: "Notes",
            back: "Retour au texte",
        },
    ),
    (
        "de",
        Labels {
            alerts: ["Hinweis", "Tipp", "Wichtig", "Warnung", "Vorsicht"],
            section: "Link zu diesem Abschnitt",
            table: "Tabelle",
            done: "Erledigt",
            open: "Offen",
            footnotes: "Fußnoten",
            back: "Zurück zum Text",
        },
    ),
    (
        "es",
        Labels {
            alerts: ["Nota", "Consejo", "Importante", "Advertencia", "Precaución"],
            section: "Enlace a esta sección",
            table: "Tabla",
            done: "Hecho",
            open: "Pendiente",
            footnotes: "Notas",
            back: "Volver al texto",
        },
    ),
    (
        "pt",
        Labels {
            alerts: ["Nota", "Dica", "Importante", "Aviso", "Cuidado"],
            section: "Link para esta seção",
            table: "Tabela",
            done: "Feito",
            open: "Pendente",
            footnotes: "Notas",
            back: "Voltar ao texto",
        },
    ),
    (
        "ja",
        Labels {
            alerts: ["注記", "ヒント", "重要", "警告", "注意"],
            section: "このセクションへのリンク",
            table: "表",
            done: "完了",
            open: "未完了",
            footnotes: "脚注",
            back: "本文に戻る",
        },
    ),
    (
        "zh",
        Labels {
            alerts: ["说明", "提示", "重要", "警告", "注意"],
            section: "本节链接",
            table: "表格",
            done: "已完成",
            open: "未完成",
            footnotes: "脚注",
            back: "返回正文",
        },
    ),
    (
        "ko",
        Labels {
            alerts: ["참고", "팁", "중요", "경고", "주의"],
            section: "이 섹션으로 가는 링크",
            table: "표",
            done: "완료",
            open: "미완료",
            footnotes: "각주",
            back: "본문으로 돌아가기",
        },
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_by_its_first_part() {
        assert_eq!(labels("pt-BR").table, "Tabela");
        assert_eq!(labels("DE").alerts[0], "Hinweis");
        assert_eq!(labels("").table, "Table");
        assert_eq!(labels("xx").table, "Table");
    }
}
