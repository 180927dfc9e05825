#include "review/rejection_words.hpp"

#include <algorithm>
#include <array>

namespace listingd::review {

namespace {

// clang-format off
constexpr std::array kinds{
  rejection_kind{"product_prohibited",       "other",       actor::shop_owner,   "Do not list it again; if the category is wrong, choose another one."},
  rejection_kind{"intellectual_property",    "brand",       actor::shop_owner,   "Remove logos and characters, or upload the licence in the Qualification Center."},
  rejection_kind{"brand_authorization",      "brand",       actor::shop_owner,   "Upload the brand's authorization in the Qualification Center, or remove the brand."},
  rejection_kind{"category_restricted",      "category",    actor::shop_owner,   "Apply for the category in the Qualification Center."},
  rejection_kind{"certificate_invalid",      "certificate", actor::product_team, "Replace the document in the PIM with a valid one."},
  rejection_kind{"certificate_missing",      "certificate", actor::product_team, "Add the document to the product in the PIM and name its attribute in the profile."},
  rejection_kind{"size_chart_quality",       "image",       actor::product_team, "Replace the size chart: at least one size and one dimension, legible."},
  rejection_kind{"image_content",            "image",       actor::product_team, "Replace the picture: no watermark, logo, text, collage, border or contact data."},
  rejection_kind{"image_quality",            "image",       actor::product_team, "Replace the picture with a larger, sharper one."},
  rejection_kind{"category_wrong",           "category",    actor::product_team, "Choose the category that fits the product."},
  rejection_kind{"description_insufficient", "description", actor::product_team, "Describe material, size, quantity, colour and design."},
  rejection_kind{"description_rejected",     "description", actor::product_team, "Rewrite the description in the market's language, without promotion, links or contact data."},
  rejection_kind{"title_rejected",           "title",       actor::product_team, "Rewrite the title: what the product is, no promotion words, no other brands, no symbols."},
};
constexpr rejection_kind other{"review_other", "other", actor::shop_owner, "Read the reason in Seller Center and correct the product."};

constexpr std::array words{
  rejection_words{"en", "product_prohibited", "prohibited|forbidden product|banned|not allowed to be sold", ""},
  rejection_words{"de", "product_prohibited", "verboten|unzulässiges produkt|nicht verkauft werden", ""},
  rejection_words{"es", "product_prohibited", "prohibido|prohibida", ""},
  rejection_words{"fr", "product_prohibited", "interdit", ""},
  rejection_words{"it", "product_prohibited", "vietat|proibit", ""},
  rejection_words{"pt", "product_prohibited", "proibido|proibida", ""},
  rejection_words{"id", "product_prohibited", "dilarang|terlarang", ""},
  rejection_words{"ms", "product_prohibited", "larangan|tidak dibenarkan dijual", ""},
  rejection_words{"vi", "product_prohibited", "bị cấm|cấm bán", ""},
  rejection_words{"th", "product_prohibited", "ต้องห้าม|ห้ามขาย", ""},
  rejection_words{"ja", "product_prohibited", "禁止|販売できない", ""},

  rejection_words{"en", "intellectual_property", "intellectual property|infring|counterfeit|trademark|copyright", ""},
  rejection_words{"de", "intellectual_property", "geistige|urheberrecht|markenrecht|fälschung|rechtsverletz", ""},
  rejection_words{"es", "intellectual_property", "propiedad intelectual|falsificad|derechos de autor", ""},
  rejection_words{"fr", "intellectual_property", "propriété intellectuelle|contrefa|droit d'auteur|droits d'auteur", ""},
  rejection_words{"it", "intellectual_property", "proprietà intellettuale|contraffa|diritto d'autore|diritti d'autore", ""},
  rejection_words{"pt", "intellectual_property", "propriedade intelectual|falsificad|direitos autorais", ""},
  rejection_words{"id", "intellectual_property", "kekayaan intelektual|pelanggaran merek|hak cipta|palsu", ""},
  rejection_words{"ms", "intellectual_property", "harta intelek|barang tiruan|hak cipta", ""},
  rejection_words{"vi", "intellectual_property", "sở hữu trí tuệ|hàng giả|bản quyền", ""},
  rejection_words{"th", "intellectual_property", "ทรัพย์สินทางปัญญา|ของปลอม|ลิขสิทธิ์", ""},
  rejection_words{"ja", "intellectual_property", "知的財産|模倣品|偽造|著作権|商標権", ""},

  rejection_words{"en", "brand_authorization", "brand", "authoriz|authoris|permission|licen"},
  rejection_words{"de", "brand_authorization", "marke", "autorisier|genehmig|berechtig"},
  rejection_words{"es", "brand_authorization", "marca", "autoriza"},
  rejection_words{"fr", "brand_authorization", "marque", "autoris"},
  rejection_words{"it", "brand_authorization", "marchio|brand", "autorizza"},
  rejection_words{"pt", "brand_authorization", "marca", "autoriza"},
  rejection_words{"id", "brand_authorization", "merek", "otorisasi|izin|lisensi"},
  rejection_words{"ms", "brand_authorization", "jenama", "kebenaran|lesen"},
  rejection_words{"vi", "brand_authorization", "thương hiệu", "ủy quyền|uỷ quyền|cấp phép"},
  rejection_words{"th", "brand_authorization", "แบรนด์", "อนุญาต"},
  rejection_words{"ja", "brand_authorization", "ブランド", "許可|認可|承認"},

  rejection_words{"en", "category_restricted", "restricted categor|restricted product|qualification", ""},
  rejection_words{"de", "category_restricted", "eingeschränkte kategorie|beschränkte kategorie|qualifikation", ""},
  rejection_words{"es", "category_restricted", "categoría restringida|cualificación", ""},
  rejection_words{"fr", "category_restricted", "catégorie restreinte|catégorie réglementée", ""},
  rejection_words{"it", "category_restricted", "categoria limitata|categoria soggetta a restrizioni", ""},
  rejection_words{"pt", "category_restricted", "categoria restrita|qualificação", ""},
  rejection_words{"id", "category_restricted", "kategori terbatas|kualifikasi", ""},
  rejection_words{"ms", "category_restricted", "kategori terhad|kelayakan", ""},
  rejection_words{"vi", "category_restricted", "danh mục hạn chế|danh mục bị hạn chế", ""},
  rejection_words{"th", "category_restricted", "หมวดหมู่จำกัด|หมวดหมู่ที่จำกัด", ""},
  rejection_words{"ja", "category_restricted", "制限カテゴリ|制限付きカテゴリ", ""},

  rejection_words{"en", "certificate_invalid", "certificat|test report|license", "expired|illegible|not valid|invalid|unclear"},
  rejection_words{"de", "certificate_invalid", "zertifikat|zertifizierung|prüfbericht", "abgelaufen|ungültig|unleserlich"},
  rejection_words{"es", "certificate_invalid", "certificad|certificación", "caducad|vencid|ilegible|no es válid"},
  rejection_words{"fr", "certificate_invalid", "certificat", "expiré|illisible|non valide|invalide"},
  rejection_words{"it", "certificate_invalid", "certificat|certificazion", "scadut|illeggibil|non valid"},
  rejection_words{"pt", "certificate_invalid", "certificad|certificação", "vencid|expirad|ilegível|inválid"},
  rejection_words{"id", "certificate_invalid", "sertifikat|sertifikasi", "kedaluwarsa|kadaluarsa|tidak valid|tidak terbaca"},
  rejection_words{"ms", "certificate_invalid", "sijil|pensijilan", "tamat tempoh|tidak sah"},
  rejection_words{"vi", "certificate_invalid", "chứng nhận|chứng chỉ|giấy phép", "hết hạn|không hợp lệ"},
  rejection_words{"th", "certificate_invalid", "ใบรับรอง|การรับรอง", "หมดอายุ|ไม่ถูกต้อง"},
  rejection_words{"ja", "certificate_invalid", "証明書|認証", "期限切れ|無効"},

  rejection_words{"en", "certificate_missing", "certificat|test report|safety data sheet|compliance document", "missing|lack|required|upload|provide|need"},
  rejection_words{"de", "certificate_missing", "zertifikat|zertifizierung|prüfbericht|sicherheitsdatenblatt", "fehl|erforderlich|hochladen|benötigt"},
  rejection_words{"es", "certificate_missing", "certificad|certificación", "falta|requerid|requiere|sube|suba|necesari"},
  rejection_words{"fr", "certificate_missing", "certificat|certification", "manqu|requis|obligatoire|importez|téléchargez|fournir"},
  rejection_words{"it", "certificate_missing", "certificat|certificazion", "manca|richiest|carica|necessari"},
  rejection_words{"pt", "certificate_missing", "certificad|certificação", "falta|ausente|exigid|obrigatóri|necessári|envie|carregue"},
  rejection_words{"id", "certificate_missing", "sertifikat|sertifikasi", "tidak ada|belum|diperlukan|wajib|unggah|kurang|hilang"},
  rejection_words{"ms", "certificate_missing", "sijil|pensijilan", "tiada|diperlukan|muat naik|hilang"},
  rejection_words{"vi", "certificate_missing", "chứng nhận|chứng chỉ|giấy phép", "thiếu|cần|tải lên|bắt buộc|yêu cầu"},
  rejection_words{"th", "certificate_missing", "ใบรับรอง|การรับรอง", "ไม่มี|ขาด|อัปโหลด|จำเป็น"},
  rejection_words{"ja", "certificate_missing", "証明書|認証", "不足|必要|アップロード|未提出|ありません"},

  rejection_words{"en", "size_chart_quality", "size chart", ""},
  rejection_words{"de", "size_chart_quality", "größentabelle", ""},
  rejection_words{"es", "size_chart_quality", "tabla de tallas|guía de tallas", ""},
  rejection_words{"fr", "size_chart_quality", "tableau des tailles|guide des tailles", ""},
  rejection_words{"it", "size_chart_quality", "tabella delle taglie|guida alle taglie", ""},
  rejection_words{"pt", "size_chart_quality", "tabela de tamanhos|tabela de medidas", ""},
  rejection_words{"id", "size_chart_quality", "tabel ukuran|panduan ukuran", ""},
  rejection_words{"ms", "size_chart_quality", "carta saiz", ""},
  rejection_words{"vi", "size_chart_quality", "bảng kích cỡ|bảng kích thước|bảng size", ""},
  rejection_words{"th", "size_chart_quality", "ตารางไซส์|ตารางขนาด", ""},
  rejection_words{"ja", "size_chart_quality", "サイズ表|サイズチャート", ""},

  rejection_words{"en", "image_content", "image|picture|photo", "watermark|logo|collage|border|contact information|qr code|promotional|too much text"},
  rejection_words{"de", "image_content", "bild|foto", "wasserzeichen|logo|collage|rahmen|kontakt|werbe"},
  rejection_words{"es", "image_content", "imagen|imágenes|foto", "marca de agua|logotipo|collage|borde|contacto|promocional|texto"},
  rejection_words{"fr", "image_content", "image|photo", "filigrane|logo|collage|bordure|coordonnées|promotionnel|texte"},
  rejection_words{"it", "image_content", "immagin|foto", "filigrana|logo|collage|bordo|contatt|promozional|testo"},
  rejection_words{"pt", "image_content", "imagem|imagens|foto", "marca d'água|logotipo|colagem|borda|contato|promocional|texto"},
  rejection_words{"id", "image_content", "gambar|foto", "tanda air|watermark|logo|kolase|bingkai|kontak|promosi|teks"},
  rejection_words{"ms", "image_content", "imej|gambar", "tera air|logo|kolaj|bingkai|promosi|teks"},
  rejection_words{"vi", "image_content", "hình ảnh|ảnh", "hình mờ|logo|ghép|khung viền|liên hệ|khuyến mãi|chứa chữ"},
  rejection_words{"th", "image_content", "รูปภาพ|ภาพ", "ลายน้ำ|โลโก้|กรอบ|ข้อความ|โปรโมชัน"},
  rejection_words{"ja", "image_content", "画像|写真", "透かし|ロゴ|枠|文字|コラージュ|宣伝"},

  rejection_words{"en", "image_quality", "image|picture|photo", "quality|small|resolution|pixel|blur|unclear|low"},
  rejection_words{"de", "image_quality", "bild|foto", "qualität|klein|auflösung|pixel|unscharf|verschwommen"},
  rejection_words{"es", "image_quality", "imagen|imágenes|foto", "calidad|pequeñ|resolución|píxel|pixel|borros|tamaño"},
  rejection_words{"fr", "image_quality", "image|photo", "qualité|petit|résolution|pixel|flou|taille"},
  rejection_words{"it", "image_quality", "immagin|foto", "qualità|piccol|risoluzione|pixel|sfocat|dimension"},
  rejection_words{"pt", "image_quality", "imagem|imagens|foto", "qualidade|pequen|resolução|pixel|desfocad|borrad|tamanho"},
  rejection_words{"id", "image_quality", "gambar|foto", "kualitas|kecil|resolusi|piksel|pixel|buram|ukuran"},
  rejection_words{"ms", "image_quality", "imej|gambar", "kualiti|kecil|resolusi|piksel|kabur|saiz"},
  rejection_words{"vi", "image_quality", "hình ảnh|ảnh", "chất lượng|nhỏ|độ phân giải|pixel|bị mờ|kích thước"},
  rejection_words{"th", "image_quality", "รูปภาพ|ภาพ", "คุณภาพ|เล็ก|ความละเอียด|พิกเซล|เบลอ|ขนาด"},
  rejection_words{"ja", "image_quality", "画像|写真", "品質|画質|小さ|解像度|ピクセル|ぼやけ|サイズ"},

  rejection_words{"en", "category_wrong", "category", "wrong|incorrect|mismatch|not match|misplac|inappropriate"},
  rejection_words{"de", "category_wrong", "kategorie", "falsch|passt nicht|stimmt nicht|unpassend"},
  rejection_words{"es", "category_wrong", "categoría", "incorrect|equivocad|no coincide|errónea"},
  rejection_words{"fr", "category_wrong", "catégorie", "incorrect|mauvaise|ne correspond"},
  rejection_words{"it", "category_wrong", "categoria", "errata|sbagliata|non corrisponde|scorretta"},
  rejection_words{"pt", "category_wrong", "categoria", "incorret|errad|não corresponde"},
  rejection_words{"id", "category_wrong", "kategori", "salah|tidak sesuai|tidak tepat"},
  rejection_words{"ms", "category_wrong", "kategori", "silap|tidak betul|tidak padan"},
  rejection_words{"vi", "category_wrong", "danh mục|ngành hàng", "sai|không phù hợp|không đúng"},
  rejection_words{"th", "category_wrong", "หมวดหมู่", "ไม่ถูกต้อง|ผิด|ไม่ตรง"},
  rejection_words{"ja", "category_wrong", "カテゴリ", "誤|間違|一致しない|不適切"},

  rejection_words{"en", "description_insufficient", "information|description|details", "insufficient|incomplete|too short|not enough|lack|missing"},
  rejection_words{"de", "description_insufficient", "information|angaben|beschreibung", "unzureichend|unvollständig|zu kurz|fehl|nicht ausreichend"},
  rejection_words{"es", "description_insufficient", "información|descripción", "insuficiente|incomplet|corta|falta"},
  rejection_words{"fr", "description_insufficient", "information|description", "insuffisant|incompl|trop court|manqu"},
  rejection_words{"it", "description_insufficient", "informazion|descrizion", "insufficient|incomplet|troppo breve|manca"},
  rejection_words{"pt", "description_insufficient", "informaç|descrição", "insuficient|incomplet|curta|falta"},
  rejection_words{"id", "description_insufficient", "informasi|deskripsi", "tidak lengkap|kurang|tidak cukup|terlalu pendek|tidak memadai"},
  rejection_words{"ms", "description_insufficient", "maklumat|penerangan", "tidak lengkap|tidak mencukupi|kurang|terlalu pendek"},
  rejection_words{"vi", "description_insufficient", "thông tin|mô tả", "không đủ|thiếu|chưa đầy đủ|không đầy đủ|quá ngắn"},
  rejection_words{"th", "description_insufficient", "ข้อมูล|รายละเอียด|คำอธิบาย", "ไม่เพียงพอ|ไม่ครบ|ไม่สมบูรณ์|สั้นเกินไป"},
  rejection_words{"ja", "description_insufficient", "情報|説明", "不足|不十分|不完全|短すぎ"},

  rejection_words{"en", "title_rejected", "title|product name", ""},
  rejection_words{"de", "title_rejected", "titel|produktname", ""},
  rejection_words{"es", "title_rejected", "título|nombre del producto", ""},
  rejection_words{"fr", "title_rejected", "titre|nom du produit", ""},
  rejection_words{"it", "title_rejected", "titolo|nome del prodotto", ""},
  rejection_words{"pt", "title_rejected", "título|nome do produto", ""},
  rejection_words{"id", "title_rejected", "judul|nama produk", ""},
  rejection_words{"ms", "title_rejected", "tajuk|nama produk", ""},
  rejection_words{"vi", "title_rejected", "tiêu đề|tên sản phẩm", ""},
  rejection_words{"th", "title_rejected", "ชื่อสินค้า|ชื่อผลิตภัณฑ์", ""},
  rejection_words{"ja", "title_rejected", "タイトル|商品名", ""},

  rejection_words{"en", "description_rejected", "description", ""},
  rejection_words{"de", "description_rejected", "beschreibung", ""},
  rejection_words{"es", "description_rejected", "descripción", ""},
  rejection_words{"it", "description_rejected", "descrizion", ""},
  rejection_words{"pt", "description_rejected", "descrição", ""},
  rejection_words{"id", "description_rejected", "deskripsi", ""},
  rejection_words{"ms", "description_rejected", "penerangan", ""},
  rejection_words{"vi", "description_rejected", "mô tả", ""},
  rejection_words{"th", "description_rejected", "คำอธิบาย", ""},
  rejection_words{"ja", "description_rejected", "説明", ""},
};
// clang-format on

} // namespace

const rejection_kind& kind_of(std::string_view code) {
  const auto found = std::ranges::find(kinds, code, &rejection_kind::code);
  return found == kinds.end() ? other : *found;
}

std::span<const rejection_words> all_rejection_words() {
  return words;
}

std::string_view words_of_maximum() {
  return "at most|maximum|no more than|not exceed|up to|höchstens|maximal|máximo|como máximo|au plus|maximale|massimo|"
         "no máximo|maksimal|maksimum|paling banyak|tối đa|สูงสุด|ไม่เกิน|最大|以下";
}

} // namespace listingd::review
