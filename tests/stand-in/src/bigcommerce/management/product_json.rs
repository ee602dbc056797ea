//! Products, variants, options and modifiers as the catalog API writes them.

use serde_json::{Value, json};

use super::answer::{Form, Problem};
use crate::bigcommerce::model::{Modifier, Product, Variant, timestamp};

/// What can be asked for beside a product.
const PARTS: [&str; 11] = [
    "bulk_pricing_rules",
    "channels",
    "custom_fields",
    "images",
    "modifiers",
    "options",
    "parent_relations",
    "primary_image",
    "reviews",
    "variants",
    "videos",
];

/// What comes with a product.
#[derive(Clone, Copy, Debug, Default)]
pub struct Include {
    /// Its variants.
    pub variants: bool,
    /// Its options, by which variants differ.
    pub options: bool,
    /// Its modifiers.
    pub modifiers: bool,
}

impl Include {
    /// Reads the `include` of a query.
    pub fn read(text: Option<&str>) -> Result<Self, Problem> {
        let words: Vec<&str> = text.into_iter().flat_map(|text| text.split(',')).collect();
        if words.iter().any(|word| !PARTS.contains(word)) {
            return Err(Form::V3.field("include", "no part of a product"));
        }
        Ok(Self {
            variants: words.contains(&"variants"),
            options: words.contains(&"options"),
            modifiers: words.contains(&"modifiers"),
        })
    }
}

/// A product.
pub fn product_json(product: &Product, include: Include) -> Value {
    let variants = || product.variants.iter();
    let (tracking, level) = match product.inventory {
        Some(level) => ("product", level),
        None if variants().any(|one| one.inventory.is_some()) => {
            ("variant", variants().filter_map(|one| one.inventory).sum())
        }
        None => ("none", 0),
    };
    let mut value = json!({
        "id": product.id,
        "name": product.name,
        "type": if product.is_digital { "digital" } else { "physical" },
        "sku": product.sku,
        "description": product.description,
        "weight": product.weight,
        "width": 0, "depth": 0, "height": 0,
        "price": product.price,
        "cost_price": 0,
        "retail_price": product.retail_price.unwrap_or_default(),
        "sale_price": 0,
        "map_price": 0,
        "calculated_price": product.price,
        "tax_class_id": 0,
        "product_tax_code": "",
        "categories": product.categories,
        "brand_id": product.brand_id,
        "inventory_level": level,
        "inventory_warning_level": 0,
        "inventory_tracking": tracking,
        "is_free_shipping": false,
        "is_visible": product.is_visible,
        "is_featured": false,
        "availability": product.availability,
        "availability_description": "",
        "is_price_hidden": false,
        "condition": "New",
        "custom_url": {"url": product.url_path(), "is_customized": false},
        "base_variant_id": product.variant(None).map_or(0, |variant| variant.id),
        "date_created": timestamp::iso(product.date_created),
        "date_modified": timestamp::iso(product.date_modified),
    });
    if include.variants {
        value["variants"] = json!(variants_json(product));
    }
    if include.options {
        value["options"] = json!(options_json(product));
    }
    if include.modifiers {
        value["modifiers"] = json!(modifiers_json(product));
    }
    value
}

/// The variants of a product.
pub fn variants_json(product: &Product) -> Vec<Value> {
    let variants = product.variants.iter();
    variants.map(|one| variant_json(product, one)).collect()
}

/// A variant.
pub fn variant_json(product: &Product, variant: &Variant) -> Value {
    json!({
        "id": variant.id,
        "product_id": product.id,
        "sku": variant.sku,
        "sku_id": null,
        "price": variant.price,
        "calculated_price": product.price_of(variant),
        "sale_price": null,
        "retail_price": null,
        "map_price": null,
        "cost_price": 0,
        "weight": null,
        "calculated_weight": product.weight,
        "is_free_shipping": false,
        "purchasing_disabled": variant.purchasing_disabled,
        "purchasing_disabled_message": "",
        "image_url": "",
        "upc": "", "mpn": "", "gtin": "",
        "inventory_level": variant.inventory.unwrap_or_default(),
        "inventory_warning_level": 0,
        "bin_picking_number": "",
        "option_values": variant.option_values,
    })
}

/// The options of a product: what its variants differ by.
pub fn options_json(product: &Product) -> Vec<Value> {
    let mut options: Vec<Value> = Vec::new();
    for value in product.variants.iter().flat_map(|one| &one.option_values) {
        let known = options.iter().position(|one| one["id"] == value.option_id);
        let at = known.unwrap_or_else(|| {
            options.push(json!({
                "id": value.option_id,
                "product_id": product.id,
                "name": format!("{}-{}", value.option_display_name, product.id),
                "display_name": value.option_display_name,
                "type": "rectangles",
                "config": {},
                "sort_order": options.len(),
                "option_values": [],
            }));
            options.len() - 1
        });
        let Some(values) = options[at]["option_values"].as_array_mut() else {
            continue;
        };
        if values.iter().all(|known| known["id"] != value.id) {
            values.push(json!({
                "id": value.id,
                "label": value.label,
                "sort_order": values.len(),
                "value_data": null,
                "is_default": false,
            }));
        }
    }
    options
}

/// The modifiers of a product.
pub fn modifiers_json(product: &Product) -> Vec<Value> {
    let one = |(at, modifier): (usize, &Modifier)| {
        json!({
            "id": modifier.id,
            "product_id": product.id,
            "name": format!("{}-{}", modifier.display_name, product.id),
            "display_name": modifier.display_name,
            "type": modifier.kind,
            "required": modifier.required,
            "sort_order": at,
            "config": {"default_value": "", "text_characters_limited": false},
            "option_values": [],
        })
    };
    product.modifiers.iter().enumerate().map(one).collect()
}
