//! What the demo shop sells.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::bigcommerce::model::{
    Availability, Category, Decimal, Modifier, OptionValue, Product, Variant,
};

/// The categories by number.
#[must_use]
pub fn categories() -> BTreeMap<u64, Category> {
    [(1, "Phones"), (2, "Clothing"), (3, "Accessories")]
        .map(|(id, name)| {
            (
                id,
                Category {
                    id,
                    parent_id: 0,
                    name: name.to_owned(),
                },
            )
        })
        .into()
}

/// The products by number.
pub fn products(now: OffsetDateTime) -> BTreeMap<u64, Product> {
    let mut iphone = product(now, 111, "iPhone 8", "IPHONE8", 79_900, 1);
    iphone.retail_price = Some(Decimal::cents(84_900));
    let mut shirt = product(now, 112, "T-shirt", "TSHIRT", 2_500, 2);
    shirt.variants = [(212, "S"), (213, "M"), (214, "L")]
        .map(shirt_variant)
        .into();
    // Sold out.
    let mut mug = product(now, 117, "Mug", "MUG", 1_200, 3);
    mug.inventory = Some(0);
    // Cannot be bought without a text for it.
    let mut pen = product(now, 118, "Engraved pen", "PEN", 1_500, 3);
    pen.modifiers = vec![Modifier {
        id: 41,
        kind: "text".to_owned(),
        display_name: "Engraving".to_owned(),
        required: true,
    }];
    [
        iphone,
        shirt,
        product(now, 113, "Phone case", "CASE", 1_990, 3),
        product(now, 114, "Charger", "CHARGER", 2_995, 3),
        product(now, 115, "Socks", "SOCKS", 750, 2),
        product(now, 116, "Headphones", "HEADPHONES", 12_900, 3),
        mug,
        pen,
    ]
    .map(|product| (product.id, product))
    .into()
}

fn product(
    now: OffsetDateTime,
    id: u64,
    name: &str,
    sku: &str,
    cents: i64,
    category: u64,
) -> Product {
    // The only variant of 111 is 211; 212 to 214 are the T-shirt's.
    let variant_id = if id == 111 { 211 } else { id + 102 };
    Product {
        id,
        name: name.to_owned(),
        sku: sku.to_owned(),
        description: format!("{name} of the demo shop."),
        price: Decimal::cents(cents),
        retail_price: None,
        categories: vec![category],
        brand_id: 0,
        is_digital: false,
        weight: Decimal::cents(50),
        inventory: None,
        availability: Availability::Available,
        is_visible: true,
        modifiers: Vec::new(),
        image_path: format!("/shop-assets/products/{id}.svg"),
        variants: vec![Variant {
            id: variant_id,
            product_id: id,
            sku: sku.to_owned(),
            price: None,
            inventory: None,
            purchasing_disabled: false,
            option_values: Vec::new(),
        }],
        date_created: now,
        date_modified: now,
    }
}

fn shirt_variant((id, size): (u64, &str)) -> Variant {
    Variant {
        id,
        product_id: 112,
        sku: format!("TSHIRT-{size}"),
        price: None,
        inventory: None,
        purchasing_disabled: false,
        option_values: vec![OptionValue {
            option_display_name: "Size".to_owned(),
            label: size.to_owned(),
            option_id: 31,
            id: id - 100,
        }],
    }
}
