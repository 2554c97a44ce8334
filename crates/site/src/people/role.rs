//! Roles, and what each may do: the one table.

use trueup_roadmap::Side;

/// As whom somebody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Whoever sits at this machine, where nobody logs in.
    Local,
    /// Listed in the configuration; a side besides if the roadmap names one for them.
    Admin(Option<Side>),
    /// Speaks for one side of the roadmap.
    Of(Side),
    Viewer,
}

/// What somebody may or may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Look at pages.
    See,
    /// Read what people wrote and were shown.
    ReadTexts,
    /// Change the roadmap.
    Edit,
    /// Sign for a side.
    Sign(Side),
    Decide,
    /// Make keys, end sessions and read the audit log.
    Administer,
}

impl Action {
    /// Every one.
    pub const ALL: [Action; 7] = [
        Action::See,
        Action::ReadTexts,
        Action::Edit,
        Action::Sign(Side::Product),
        Action::Sign(Side::Rd),
        Action::Decide,
        Action::Administer,
    ];

    /// Who may, for those who may not.
    #[must_use]
    pub fn who_may(self) -> String {
        match self {
            Action::See => "whoever can log in may look".to_owned(),
            Action::ReadTexts => "people of the roadmap and admins may read texts".to_owned(),
            Action::Edit => {
                "people of the roadmap's `[people]`, found by their e-mail, and admins may change it"
                    .to_owned()
            }
            Action::Sign(side) => format!("people of {} may sign for it", side.spoken()),
            Action::Decide => "people of product and R&D may decide".to_owned(),
            Action::Administer => "admins, who are named in the access file, may".to_owned(),
        }
    }
}

impl Role {
    /// The table: role × action.
    #[must_use]
    pub fn may(self, action: Action) -> bool {
        match (self, action) {
            (Role::Admin(side), Action::Sign(asked)) => side == Some(asked),
            (Role::Admin(side), Action::Decide) => side.is_some(),
            (Role::Of(side), Action::Sign(asked)) => side == asked,
            (_, Action::See)
            | (Role::Local, _)
            | (Role::Admin(_), Action::ReadTexts | Action::Edit | Action::Administer)
            | (Role::Of(_), Action::ReadTexts | Action::Edit | Action::Decide) => true,
            (Role::Of(_), Action::Administer) | (Role::Viewer, _) => false,
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn spoken(self) -> &'static str {
        match self {
            Role::Local => "local",
            Role::Admin(_) => "admin",
            Role::Of(side) => side.spoken(),
            Role::Viewer => "viewer",
        }
    }
}

#[cfg(test)]
mod tests {
    use trueup_roadmap::Side::{self, Product, Rd};

    use super::{Action, Role};

    #[test]
    fn each_role_may_what_the_table_says() {
        let row = |role: Role| {
            let cell = |action: &Action| if role.may(*action) { 'x' } else { '.' };
            Action::ALL.iter().map(cell).collect::<String>()
        };
        let rows: [(Role, &str); 6] = [
            (Role::Local, "xxxxxxx"),
            (Role::Admin(None), "xxx...x"),
            (Role::Admin(Some(Product)), "xxxx.xx"),
            (Role::Of(Product), "xxxx.x."),
            (Role::Of(Rd), "xxx.xx."),
            (Role::Viewer, "x......"),
        ];
        for (role, expected) in rows {
            assert_eq!(row(role), expected, "{role:?}");
        }
        assert_eq!(Role::Of(Side::Rd).spoken(), "R&D");
    }
}
