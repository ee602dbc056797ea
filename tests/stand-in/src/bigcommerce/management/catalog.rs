//! `/v3/catalog`: products, variants, categories, for reading.

use actix_web::HttpRequest;
use actix_web::web::{self, Data, Path, ServiceConfig};
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::answer::{Answer, Form, Problem, data, page};
use super::product_json::{
    Include, modifiers_json, options_json, product_json, variant_json, variants_json,
};
use crate::bigcommerce::State;
use crate::bigcommerce::model::{Category, Product, timestamp};

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/v3/catalog/products", web::get().to(products))
        .route(r"/v3/catalog/products/{id:\d+}", web::get().to(product))
        .route(
            r"/v3/catalog/products/{id:\d+}/{part:variants|options|modifiers}",
            web::get().to(product_part),
        )
        .route("/v3/catalog/variants", web::get().to(variants))
        .route("/v3/catalog/categories", web::get().to(categories))
        .route(r"/v3/catalog/categories/{id:\d+}", web::get().to(category));
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductFilter {
    id: Option<u64>,
    #[serde(rename = "id:in")]
    ids: Option<String>,
    #[serde(rename = "id:greater")]
    above: Option<u64>,
    #[serde(rename = "id:min")]
    min: Option<u64>,
    name: Option<String>,
    sku: Option<String>,
    #[serde(rename = "categories:in")]
    categories: Option<String>,
    #[serde(rename = "date_modified:min")]
    modified_min: Option<String>,
    include: Option<String>,
    include_fields: Option<String>,
    sort: Option<ProductSort>,
    direction: Option<Direction>,
    page: Option<usize>,
    limit: Option<usize>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ProductSort {
    Id,
    Name,
    Sku,
    DateModified,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Direction {
    Asc,
    Desc,
}

struct Chosen {
    ids: Option<Vec<u64>>,
    categories: Option<Vec<u64>>,
    modified_min: Option<OffsetDateTime>,
}

impl ProductFilter {
    fn chosen(&self) -> Result<Chosen, Problem> {
        let date = |text: &String| {
            let wrong = || Form::V3.field("date_modified:min", "no date and time");
            timestamp::parse(text).ok_or_else(wrong)
        };
        Ok(Chosen {
            ids: numbers("id:in", self.ids.as_deref())?,
            categories: numbers("categories:in", self.categories.as_deref())?,
            modified_min: self.modified_min.as_ref().map(date).transpose()?,
        })
    }

    fn matches(&self, product: &Product, chosen: &Chosen) -> bool {
        let in_category = |ids: &Vec<u64>| product.categories.iter().any(|id| ids.contains(id));
        self.id.is_none_or(|id| id == product.id)
            && chosen
                .ids
                .as_ref()
                .is_none_or(|ids| ids.contains(&product.id))
            && self.above.is_none_or(|id| product.id > id)
            && self.min.is_none_or(|id| product.id >= id)
            && self.name.as_ref().is_none_or(|name| *name == product.name)
            && self.sku.as_ref().is_none_or(|sku| *sku == product.sku)
            && chosen.categories.as_ref().is_none_or(in_category)
            && chosen
                .modified_min
                .is_none_or(|min| product.date_modified >= min)
    }

    fn sort(&self, found: &mut [&Product]) {
        match self.sort {
            None | Some(ProductSort::Id) => found.sort_by_key(|product| product.id),
            Some(ProductSort::Name) => found.sort_by(|a, b| a.name.cmp(&b.name)),
            Some(ProductSort::Sku) => found.sort_by(|a, b| a.sku.cmp(&b.sku)),
            Some(ProductSort::DateModified) => found.sort_by_key(|one| one.date_modified),
        }
        if self.direction == Some(Direction::Desc) {
            found.reverse();
        }
    }
}

fn numbers(name: &str, text: Option<&str>) -> Result<Option<Vec<u64>>, Problem> {
    text.map(|text| Form::V3.numbers(name, text)).transpose()
}

async fn products(state: Data<State>, request: HttpRequest) -> Answer {
    let filter: ProductFilter = Form::V3.query(&request)?;
    Form::V3.check_limit(filter.limit)?;
    let chosen = filter.chosen()?;
    check_fields(filter.include_fields.as_deref())?;
    let include = Include::read(filter.include.as_deref())?;
    let store = state.lock();
    let mut found: Vec<&Product> = store
        .products
        .values()
        .filter(|product| filter.matches(product, &chosen))
        .collect();
    filter.sort(&mut found);
    let fields = filter.include_fields.as_deref();
    let found = found
        .into_iter()
        .map(|product| only(product_json(product, include), fields))
        .collect();
    // Lists with options or modifiers are short, as documented.
    let limit = match filter.limit {
        limit if include.options || include.modifiers => Some(limit.unwrap_or(10).min(10)),
        limit => limit,
    };
    Ok(page(found, filter.page, limit))
}

/// "The ID and the specified fields will be returned": those of the product itself, none of its
/// parts.
fn check_fields(fields: Option<&str>) -> Result<(), Problem> {
    const NO_FIELDS: [&str; 5] = ["id", "variants", "options", "modifiers", "images"];
    let mut wanted = fields.into_iter().flat_map(|fields| fields.split(','));
    match wanted.find(|field| NO_FIELDS.contains(field) || field.is_empty()) {
        Some(_) => Err(Form::V3.field("include_fields", "no field of a product")),
        None => Ok(()),
    }
}

/// Leaves the fields that were asked for; `id` and what was included always come.
fn only(mut value: Value, fields: Option<&str>) -> Value {
    let always = ["id", "variants", "options", "modifiers"];
    if let (Some(fields), Some(map)) = (fields, value.as_object_mut()) {
        let wanted: Vec<&str> = fields.split(',').collect();
        map.retain(|key, _| always.contains(&key.as_str()) || wanted.contains(&key.as_str()));
    }
    value
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OneProduct {
    include: Option<String>,
    include_fields: Option<String>,
}

async fn product(state: Data<State>, id: Path<(String, u64)>, request: HttpRequest) -> Answer {
    let wanted: OneProduct = Form::V3.query(&request)?;
    check_fields(wanted.include_fields.as_deref())?;
    let store = state.lock();
    let product = store
        .products
        .get(&id.1)
        .ok_or_else(|| Form::V3.not_found())?;
    let include = Include::read(wanted.include.as_deref())?;
    let value = product_json(product, include);
    Ok(data(200, &only(value, wanted.include_fields.as_deref())))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantFilter {
    id: Option<u64>,
    sku: Option<String>,
    #[serde(rename = "product_id:in")]
    product_ids: Option<String>,
    page: Option<usize>,
    limit: Option<usize>,
}

async fn variants(state: Data<State>, request: HttpRequest) -> Answer {
    let filter: VariantFilter = Form::V3.query(&request)?;
    let product_ids = numbers("product_id:in", filter.product_ids.as_deref())?;
    let store = state.lock();
    let all = store.products.values().flat_map(|product| {
        product
            .variants
            .iter()
            .map(move |variant| (product, variant))
    });
    let found = all
        .filter(|(_, variant)| {
            filter.id.is_none_or(|id| id == variant.id)
                && filter.sku.as_ref().is_none_or(|sku| *sku == variant.sku)
                && product_ids
                    .as_ref()
                    .is_none_or(|ids| ids.contains(&variant.product_id))
        })
        .map(|(product, variant)| variant_json(product, variant))
        .collect();
    Ok(page(found, filter.page, filter.limit))
}

/// The variants, options or modifiers of one product.
async fn product_part(state: Data<State>, path: Path<(String, u64, String)>) -> Answer {
    let store = state.lock();
    let product = store
        .products
        .get(&path.1)
        .ok_or_else(|| Form::V3.not_found())?;
    let found = match path.2.as_str() {
        "variants" => variants_json(product),
        "options" => options_json(product),
        _ => modifiers_json(product),
    };
    Ok(page(found, None, None))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryFilter {
    #[serde(rename = "id:in")]
    ids: Option<String>,
    name: Option<String>,
    page: Option<usize>,
    limit: Option<usize>,
}

fn category_json(category: &Category) -> Value {
    json!({
        "id": category.id,
        "parent_id": category.parent_id,
        "name": category.name,
        "description": "",
        "views": 0,
        "sort_order": 0,
        "page_title": "",
        "is_visible": true,
        "custom_url": {"url": format!("/{}/", category.name.to_lowercase()), "is_customized": false},
    })
}

async fn categories(state: Data<State>, request: HttpRequest) -> Answer {
    let filter: CategoryFilter = Form::V3.query(&request)?;
    let ids = numbers("id:in", filter.ids.as_deref())?;
    let store = state.lock();
    let wanted = |category: &&Category| {
        ids.as_ref().is_none_or(|ids| ids.contains(&category.id))
            && filter
                .name
                .as_ref()
                .is_none_or(|name| *name == category.name)
    };
    let found = store
        .categories
        .values()
        .filter(wanted)
        .map(category_json)
        .collect();
    Ok(page(found, filter.page, filter.limit))
}

async fn category(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let store = state.lock();
    let category = store
        .categories
        .get(&id.1)
        .ok_or_else(|| Form::V3.not_found())?;
    Ok(data(200, &category_json(category)))
}
