// What TikTok documents outside its OpenAPI files. Everything else that these do not list is a finding. `section` is
// the place in the project's reference that names the source; `at` is the object in the body ("" is the body itself).
const text = { type: 'string' };
const flag = { type: 'boolean' };
const anything = {};
const texts = { type: 'array', items: text };
const object = (properties) => ({ type: 'object', properties });

const create = 'POST /product/202309/products';
const check = 'POST /product/202309/products/listing_check';
const edits = [
  'PUT /product/202309/products/{product_id}',
  'PUT /product/202509/products/{product_id}',
  'POST /product/202309/products/{product_id}/partial_edit',
  'POST /product/202509/products/{product_id}/partial_edit',
];

export const additions = [
  {
    operations: [create, check], body: 'request', at: '',
    fields: {
      locale: text, auto_translate_enabled: flag, search_terms: texts, key_product_features: texts,
      product_tag_operations: { type: 'array', items: object({ product_tag: text, enable: flag }) },
      scheduled_sale: object({ is_enabled_scheduled_sale: flag, schedule_sale_time: { type: 'integer' } }),
    },
    why: 'on the pages of Create Product and Check Product Listing of mid-2026', section: 'tiktok-shop-products.md 4.1',
  },
  {
    operations: [create, check], body: 'request', at: 'skus[]',
    fields: {
      sku_weight: object({ value: text, unit: text }),
      sku_dimensions: object({ length: text, width: text, height: text, unit: text }),
    },
    why: 'change note 07q2huia of 19 May 2026', section: 'tiktok-shop-products.md 4.1',
  },
  {
    operations: [create, check], body: 'request', at: 'skus[].price', fields: { starting_bid_price: text },
    why: 'on the pages of mid-2026', section: 'tiktok-shop-products.md 4.1',
  },
  {
    operations: ['POST /product/202309/categories/recommend'], body: 'request', at: '',
    fields: {
      origin_platform_product_type: anything, origin_platform_vendor: anything, origin_platform_tags: anything,
      origin_platform_category: anything, origin_platform_product_meta_data: anything,
    },
    why: 'change note todhou0d of 19 Aug 2026, which gives no types', section: 'tiktok-shop-products.md 1.5',
  },
  {
    operations: edits, body: 'response', at: 'data.audit', fields: { pre_approved_reasons: texts },
    why: 'listed by another reading of the documentation', section: 'tiktok-shop-products.md 5.1',
  },
  {
    operations: ['GET /product/202309/brands'], body: 'response', at: 'data.brands[].authorized_status',
    values: ['UNAUTHORIZED'],
    why: 'UNAUTHORIEZD in the list of values, spelt right in the prose', section: 'tiktok-shop-products.md 1.6',
  },
  {
    operations: ['POST /product/202309/images/upload'], body: 'response', at: 'data.use_case',
    values: ['CUSTOMIZATION_IMAGE'],
    why: 'new in 2026 for print on demand', section: 'tiktok-shop-products.md 2.1',
  },
];
