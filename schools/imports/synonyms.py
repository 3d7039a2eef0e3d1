"""The headers that offices use, folded: what each column of a list may be called. Pure."""

from __future__ import annotations

_PEOPLE = ("hs", "hoc sinh", "so hs", "so hoc sinh", "tong hs", "tong so hs", "tong so hoc sinh", "tre", "hoc vien")
_LEVEL_WORDS = {
    "MN": (
        "mn",
        "mam non",
        "mau giao",
    ),
    "TH": (
        "th",
        "tieu hoc",
    ),
    "THCS": (
        "thcs",
        "trung hoc co so",
    ),
    "THPT": (
        "thpt",
        "trung hoc pho thong",
    ),
    "GDTX": (
        "gdtx",
        "giao duc thuong xuyen",
    ),
    "GDNN": (
        "gdnn",
        "giao duc nghe nghiep",
    ),
    "TC": (
        "tc",
        "trung cap",
    ),
    "CD": (
        "cd",
        "cao dang",
    ),
    "DH": (
        "dh",
        "dai hoc",
    ),
}
# Of several columns that fit a field, the one whose words stand first here is taken.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "code": (
        "ma truong", "ma truong hoc", "ma co so giao duc", "ma csgd", "ma co so", "ma dinh danh", "ma don vi",
        "ma dv", "ma dinh danh truong", "ma dinh danh don vi", "ma so truong", "ma so", "ma",
    ),
    "name": (
        "ten truong", "ten truong hoc", "ten co so giao duc", "ten csgd", "ten co so", "ten don vi",
        "ten nha truong", "ten dv", "co so giao duc", "don vi", "truong", "nha truong", "ten",
    ),
    "levels": (
        "cap hoc", "bac hoc", "cap bac hoc", "cap truong", "cap", "bac", "nhom cap hoc",
    ),
    "ownership": (
        "loai hinh", "loai hinh truong", "loai hinh co so", "loai hinh don vi", "loai hinh so huu",
        "hinh thuc so huu", "cong lap tu thuc", "loai hinh dao tao",
    ),
    "commune_code": (
        "ma xa phuong thi tran", "ma phuong", "ma dvhc cap xa", "ma don vi hanh chinh", "ma xa", "ma xa phuong",
        "ma phuong xa", "ma xa phuong dac khu", "ma dvhc", "ma dia ban",
    ),
    "commune": (
        "xa phuong", "xa phuong dac khu", "phuong xa", "xa phuong thi tran", "ten xa phuong", "ten xa", "xa",
        "phuong", "thuoc xa phuong", "xa phuong moi", "dia ban xa phuong", "dia ban", "don vi hanh chinh",
        "xa thi tran",
    ),
    "district": (
        "huyen thanh pho", "huyen thanh pho cu", "huyen cu", "quan huyen thi xa", "huyen thi", "huyen thi xa",
        "huyen quan", "quan huyen truoc day", "huyen thi thanh pho", "quan huyen thi xa thanh pho", "dia ban huyen",
        "thuoc huyen", "quan huyen", "huyen", "ten huyen", "ten quan huyen", "huyen thi xa thanh pho",
        "quan huyen cu",
    ),
    "address": (
        "dia chi", "dia chi truong", "dia chi tru so", "dia diem", "tru so",
    ),
    "email": (
        "thu dien tu", "email", "e mail", "hop thu", "hop thu dien tu", "dia chi email", "dia chi thu dien tu",
        "mail", "email truong", "email don vi",
    ),
    "phone": (
        "dien thoai", "so dien thoai", "sdt", "dien thoai truong", "dt",
    ),
    "pupils": (
        "tong so hs", "tong so hoc sinh", "tong hs", "tong so tre", "so hs", "so hoc sinh", "hoc sinh", "hs",
        "si so", "hoc sinh tong so", "hoc sinh tong", "hs tong so", "tong so hoc sinh tre em", "quy mo hoc sinh",
        "hoc sinh cong", "so hoc sinh tong so", "so hoc sinh tong", "so hs tong so", "tre tong so",
        "so tre tong so", "quy mo tong so hs", "hoc sinh tre em", "so tre hs", "tong so hoc sinh hoc vien",
        "hoc sinh hoc vien", "tong so tre hs", "tong so hs hv",
    ),
    **{
        f"pupils_{level}": (
            *(f"{people} {word}" for people in _PEOPLE for word in words),
            *(f"{word} {people}" for people in ("hs", "hoc sinh") for word in words),
            *(("so tre", "tre em") if level == "MN" else ()),
        )
        for level, words in _LEVEL_WORDS.items()
    },
    "staff": (
        "cb gv nv", "cbgvnv", "tong so cb gv nv", "tong so cbgvnv", "tong cbgvnv", "tong cb gv nv", "so cb gv nv",
        "can bo giao vien nhan vien", "tong so can bo giao vien nhan vien", "cbql gv nv", "tong so cbql gv nv",
        "can bo quan ly giao vien nhan vien", "cb ql gv nv", "cbqlgvnv", "doi ngu", "tong so doi ngu",
        "cb gv nv tong so", "can bo giao vien nhan vien tong so", "cbgvnv tong so", "cbql gv nv tong so",
        "can bo quan ly giao vien nhan vien tong so", "doi ngu tong so", "tong so cb gv nv nguoi lao dong",
        "cb gv nv nld",
    ),
    "managers": (
        "cbql", "can bo quan ly", "so cbql", "cb gv nv cbql", "cb gv nv can bo quan ly", "doi ngu cbql",
    ),
    "teachers": (
        "giao vien", "gv", "so giao vien", "so gv", "cb gv nv giao vien", "cb gv nv gv", "doi ngu gv",
    ),
    "employees": (
        "nhan vien", "nv", "so nhan vien", "so nv", "cb gv nv nhan vien", "cb gv nv nv", "doi ngu nv",
    ),
    "classes": (
        "so lop tong so", "lop tong so", "so lop", "tong so lop", "so lop hoc", "so nhom lop", "nhom lop", "lop",
        "so nhom lop hoc",
    ),
}  # fmt: skip
